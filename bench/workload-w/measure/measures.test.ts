import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { outputContent, outputPath } from '../output-file.ts';
import { checkFiles } from './check-files.ts';
import { processTreeCpu } from './process-tree.ts';
import { firstStart, readTaskLog, span, startedSince } from './read-task-log.ts';

const root = mkdtempSync(join(tmpdir(), 'measures-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the log tells first start, span, how many ran at once, and what ran again', () => {
  const lines = [
    'S 0 1 10.0 7',
    'S 1 1 10.01 7',
    'F 0 1 10.02 7',
    'F 1 1 10.03 7',
    'S 0 1 20.0 7',
    'S 0 2 20.0 7',
    'F 0 2 20.5 7',
    'S reduce 0 21.0 7',
  ];
  writeFileSync(`${root}/log`, `${lines.join('\n')}\nS 9 9 cut o`);
  const log = readTaskLog(root);
  expect(log).toHaveLength(lines.length);
  expect([firstStart(log), firstStart(log, 11)]).toEqual([10, 20]);
  expect(span(log.slice(0, 4))).toEqual({ seconds: expect.closeTo(0.03), mostAtOnce: 2 });
  expect(startedSince(log, 15)).toEqual({ hops: 2, again: 1, reduces: 1 });
});

test('a missing file and a wrong one are told apart', () => {
  mkdirSync(`${root}/out`);
  for (const hop of [1, 2, 3]) writeFileSync(`${root}/${outputPath(0, hop)}`, outputContent(0, hop, 'a'));
  appendFileSync(`${root}/summary`, '3\n');
  expect(checkFiles(root, 1, 'a')).toMatchObject({ right: true, reduceRuns: 1 });
  expect(checkFiles(root, 1, 'b')).toMatchObject({ right: false, filesWrong: 1 });
  expect(checkFiles(root, 2, 'a')).toMatchObject({ right: false, filesMissing: 3 });
});

test.runIf(process.platform === 'linux')('the process table finds what a home’s processes and their children spent', async () => {
  const burn = 'for (let spent = 0; spent < 400_000; ) { const { user, system } = process.cpuUsage(); spent = user + system; }';
  const script = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]); console.log('done'); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, HOPLINE_HOME: root },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    const { pids, seconds } = processTreeCpu(root);
    expect(pids).toEqual([child.pid]);
    expect(seconds).toBeGreaterThan(0.1);
  } finally {
    child.kill('SIGKILL');
  }
});
