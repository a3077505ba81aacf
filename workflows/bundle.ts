/** Builds the workflow bundle beforehand, so that a worker starts without webpack: `npx tsx workflows/bundle.ts`. Not workflow code. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const house = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(house, 'generated/workflow-bundle.js');
const { code } = await bundleWorkflowCode({
  workflowsPath: join(house, 'workflows/index.ts'),
  workflowInterceptorModules: [join(house, 'workflows/trace-headers.ts')],
  webpackConfigHook: (config) => ({ ...config, mode: 'production' }),
  logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
});
await mkdir(dirname(target), { recursive: true });
await writeFile(target, code);
console.log(`workflow bundle: ${(code.length / 1024).toFixed(0)} KB`);
