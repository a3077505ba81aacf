import { expect, test } from 'vitest';
import type { JsonObject } from '../../engine/plan/json.ts';
import type { RunEvent } from '../operations/run-events.ts';
import type { NodeStatus, RunStatus } from '../operations/run-status.ts';
import { nodeStatus, runStatus } from './fixtures/run-status.ts';
import { LiveRun } from './live-run.ts';

const node = (name: string, made: number, deviceSeconds: number): NodeStatus =>
  nodeStatus({ name, state: made > 0 ? 'RUNNING' : 'PENDING', done: made, made, deviceSeconds });
const run = (nodes: NodeStatus[], etaSeconds: number | null): RunStatus =>
  runStatus({
    nodes,
    progress: { total: 200, done: 10, made: 10, cached: 0, failed: 0, samplesPerSecond: 5, etaSeconds, deviceSeconds: 20 },
  });
const event = (type: string, payload: JsonObject): RunEvent => ({ cursor: '', type, at: '', payload });
const progress = (name: string, made: number, deviceSeconds: number, failed = 0): RunEvent =>
  event('node.progress', { node: name, state: 'RUNNING', expected: 100, made, cached: 0, failed, deviceSeconds });

test('counters come from the events, pace and time left from what was seen of them', () => {
  const live = new LiveRun();
  // 90 items at 2 s and 100 of a node without a pace, at that of all: 380 device-seconds; in 190 s, so on two devices.
  live.look(run([node('a', 10, 20), node('b', 0, 0)], 190), 0);
  expect(live.status(0)!.progress).toMatchObject({ samplesPerSecond: 5, etaSeconds: 190 });
  expect(live.take(progress('a', 20, 40), 2_000)).toBe(false);
  expect(live.status(2_000)!.progress).toMatchObject({ done: 20, deviceSeconds: 40, samplesPerSecond: 5, etaSeconds: 180 });
  live.take(progress('a', 50, 100, 2), 20_000);
  // 40 items and 80 device-seconds in 20 s: four devices.
  const { nodes, progress: seen } = live.status(20_000)!;
  expect(nodes[0]).toMatchObject({ made: 50, done: 50, failed: 2, deviceSeconds: 100 });
  expect(seen).toMatchObject({ done: 50, failed: 2, samplesPerSecond: 2 });
  expect(seen.etaSeconds).toBeCloseTo((148 * (100 / 52)) / 4, 9);
});

test('an event of before the look changes nothing, and a stall shows', () => {
  const live = new LiveRun();
  live.look(run([node('a', 50, 100)], null), 0);
  live.take(progress('a', 40, 80), 10);
  expect(live.status(10)!.nodes[0]!.made).toBe(50);
  live.take(progress('a', 60, 120), 10_000);
  expect(live.status(10_000)!.progress.samplesPerSecond).toBe(1);
  expect(live.status(100_000)!.progress.samplesPerSecond).toBeLessThan(0.2);
});

test('a look is asked for where an event says that more has changed than it tells', () => {
  const live = new LiveRun();
  live.look(run([node('a', 50, 100)], null), 0);
  expect(live.take(event('run.state', { from: 'RUNNING', to: 'PAUSED' }), 1)).toBe(true);
  expect(live.take(event('run.planned', { nodes: 2 }), 1)).toBe(true);
  expect(live.take(progress('unknown', 1, 1), 1)).toBe(true);
  expect(live.take(event('node.state', { node: 'a', state: 'FAILED', error: { code: 'X', message: 'no' } }), 1)).toBe(false);
  expect(live.status(1)!.nodes[0]).toMatchObject({ state: 'FAILED', error: { code: 'X', message: 'no', hint: null } });
});
