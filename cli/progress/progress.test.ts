import { expect, test } from 'vitest';
import type { NodeStatus, RunStatus } from '../operations/run-status.ts';
import { bar } from './bar.ts';
import { nodeStatus, runStatus } from './fixtures/run-status.ts';
import { NodeRates } from './node-rates.ts';
import { PlainProgress } from './plain-progress.ts';
import { progressLines } from './progress-lines.ts';

const node = (name: string, done: number, total: number, state: NodeStatus['state']): NodeStatus =>
  nodeStatus({ name, state, total, done, made: done });
const run = (nodes: NodeStatus[], state: RunStatus['state'] = 'RUNNING', done = 40): RunStatus =>
  runStatus({
    runId: '01234567-89ab',
    state,
    nodes,
    progress: { total: 100, done, made: done, cached: 0, failed: 0, samplesPerSecond: 4, etaSeconds: 15, deviceSeconds: 10 },
  });

test('a bar fills in eighths of a character', () => {
  expect([bar(0, 4), bar(0.5, 4), bar(0.4, 4), bar(1, 4)]).toEqual(['░░░░', '██░░', '█▋░░', '████']);
});

test('a rate comes from what was seen lately', () => {
  const rates = new NodeRates();
  rates.see([node('a', 0, 100, 'RUNNING')], 0);
  rates.see([node('a', 30, 100, 'RUNNING')], 10_000);
  expect(rates.rate('a')).toBe(3);
  expect(rates.rate('b')).toBe(0);
});

test('the picture never has more lines than the screen, and keeps the nodes at work', () => {
  const nodes = [...Array(20)].map((_, i) => node(`n${i}`, 1, 2, i === 13 ? 'RUNNING' : 'PENDING'));
  const lines = progressLines(run(nodes), { columns: 100, rows: 10, rate: () => 2, elapsed: 3 });
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(lines.join('\n')).toContain('n13');
});

test('plain lines come at most every few seconds, and at once when the state changes', () => {
  const lines: string[] = [];
  let now = 0;
  const view = new PlainProgress(
    (line) => lines.push(line),
    () => now,
  );
  for (let i = 0; i < 100; i++) {
    now = i * 100;
    view.update(run([node('hop', i, 100, 'RUNNING')], 'RUNNING', i));
  }
  now += 60_000;
  view.update(run([node('hop', 99, 100, 'RUNNING')], 'RUNNING', 99));
  view.update(run([], 'SUCCEEDED', 100));
  expect(lines).toHaveLength(6);
  expect(lines[1]).toBe('[3.0 s] run 01234567-89ab RUNNING 30 % (30/100), ETA 15 s: hop 30/100');
});
