#!/usr/bin/env node
// The `hopline` command: cli/main.ts in this process, from any folder, also through npx or a symbolic link.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const isBuilt = ['../node_modules/tsx', '../generated/prisma', '../generated/workflow-bundle.js'].every((path) =>
  existsSync(fileURLToPath(new URL(path, import.meta.url))),
);
// A published package has no lockfile: it comes with what the set-up makes.
const isCheckout = existsSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)));
if (isCheckout && !isBuilt) (await import('../scripts/setup.mjs')).setUp();

const { register } = await import('tsx/esm/api');
register();
const { main } = await import('../cli/main.ts');
process.exit(await main());
