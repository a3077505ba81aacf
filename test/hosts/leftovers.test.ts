import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { missingForHosts } from './host-tools.ts';
import { ip, sweepLeftovers } from './network-names.ts';

const reason = missingForHosts();
if (reason) console.log(`the test of what killed hosts leave is skipped: ${reason}`);

test.skipIf(reason)('hosts whose test was killed leave no process, and the next start removes the rest', async () => {
  const program = fileURLToPath(new URL('./hold-network.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const { pid, pids } = JSON.parse(line) as { pid: number; pids: number[] };
  expect(mine(pid)).toMatchObject({ namespaces: 5, folders: 1, routes: 1 });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  await expect.poll(() => pids.filter(lives)).toEqual([]);
  await expect.poll(() => sleepers(pid)).toEqual([]);
  sweepLeftovers();
  expect(mine(pid)).toEqual({ namespaces: 0, folders: 0, routes: 0 });
});

const lives = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

const sleepers = (pid: number): string[] =>
  ['a', 'b', 'c', 'd', 'r'].flatMap((letter) => ip('netns', 'pids', `hl${pid}${letter}`).split('\n').filter(Boolean));

const mine = (pid: number): { namespaces: number; folders: number; routes: number } => ({
  namespaces: readdirSync('/run/netns').filter((name) => name.slice(0, -1) === `hl${pid}`).length,
  folders: readdirSync(tmpdir()).filter((name) => name.startsWith(`hopline-hosts-${pid}-`)).length,
  routes: ip('route', 'show')
    .split('\n')
    .filter((route) => route.startsWith('198.') && route.includes(`hl${pid}t`) && route.includes('via')).length,
});
