import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { JsonObject } from '../plan/json.ts';

const HOUSE = join(dirname(fileURLToPath(import.meta.url)), '../..');

interface Environment {
  codeRevision: string;
  environment: JsonObject;
}

/** So long one answer holds: a resume of many runs asks once. Milliseconds. */
const HOLDS = 5_000;
let latest: { at: number; answer: Promise<Environment> } | undefined;

/** What a run was launched in. Recorded, and part of no key. */
export function describeEnvironment(): Promise<Environment> {
  if (!latest || Date.now() - latest.at > HOLDS) latest = { at: Date.now(), answer: describeNow() };
  return latest.answer;
}

async function describeNow(): Promise<Environment> {
  const packageJson = JSON.parse(await readFile(join(HOUSE, 'package.json'), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  return {
    codeRevision: await codeRevision(packageJson.version),
    environment: {
      hopline: packageJson.version,
      node: process.version,
      onnxruntime: packageJson.dependencies['onnxruntime-node'] ?? 'unknown',
      temporal: packageJson.dependencies['@temporalio/worker'] ?? 'unknown',
      platform: `${platform()} ${release()} ${arch()}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
    },
  };
}

/** The commit of the code, marked when the work tree differs; the package's version where there is no git. */
async function codeRevision(version: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', HOUSE, ...args])).stdout.trim();
  try {
    const [head, changes] = await Promise.all([
      git('rev-parse', '--short=12', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
    ]);
    return changes ? `${head}+changes` : head;
  } catch {
    return `v${version}`;
  }
}
