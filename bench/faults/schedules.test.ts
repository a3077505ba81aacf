import { expect, test } from 'vitest';
import { CRASH_POINTS } from '../../engine/faults/crash-point.ts';
import { crashDeck } from './crash-deck.ts';
import { TIMED_FAULTS, type TimedFault } from './fault.ts';
import { type Drawing, type Schedule, schedules } from './schedules.ts';

const drawing: Drawing = {
  seed: 7,
  kinds: Object.keys(TIMED_FAULTS) as TimedFault[],
  fewest: 3,
  most: 10,
  crashShare: 0.5,
  pointsFirst: false,
  longestWait: 2_000,
  heartbeatSeconds: 3,
};

function take(count: number, of: Drawing = drawing): Schedule[] {
  const drawn = schedules(of);
  return Array.from({ length: count }, () => drawn.next().value);
}

test('a seed gives the same schedules every time, another seed others', () => {
  expect(take(20)).toEqual(take(20));
  expect(take(20, { ...drawing, seed: 8 })).not.toEqual(take(20));
});

test('every round of the deck holds every crash point once, and the actions of a point take turns', () => {
  const deck = crashDeck(1);
  const rounds = Array.from({ length: 4 }, () => Array.from({ length: CRASH_POINTS.length }, () => deck.next().value));
  for (const round of rounds) expect(round.map(({ point }) => point).sort()).toEqual([...CRASH_POINTS].sort());
  const locked = rounds.map((round) => round.find(({ point }) => point === 'commit.locked')!.action);
  expect(locked.sort()).toEqual(['cut', 'fail', 'kill', 'stop']);
});

test('what a run passes once is armed before its launch, the rest strikes in turn', () => {
  for (const { armed, inTurn } of take(50)) {
    for (const { point } of armed) expect(point).toMatch(/^(launch|plan|finish)\./);
    for (const { point } of inTurn) expect(point ?? '').not.toMatch(/^(launch|plan|finish)\./);
    expect(new Set(armed.map(({ point }) => point)).size).toBe(armed.length);
    expect(armed.length + inTurn.length).toBeLessThanOrEqual(10);
  }
});

test('a zombie stays stopped for longer than the heartbeat time-out', () => {
  const zombies = take(100).flatMap(({ inTurn }) => inTurn.filter(({ kind }) => kind === 'zombie worker'));
  expect(zombies.length).toBeGreaterThan(5);
  for (const { hold } of zombies) expect(hold).toBeGreaterThan(drawing.heartbeatSeconds * 1000);
});

test('crash points strike first where that is asked for', () => {
  for (const { inTurn } of take(50, { ...drawing, pointsFirst: true })) {
    const points = inTurn.filter(({ point }) => point).length;
    expect(inTurn.slice(0, points).every(({ point }) => point)).toBe(true);
  }
});

test('only kinds that can strike here are drawn', () => {
  const kinds = take(100, { ...drawing, kinds: ['kill host'] }).flatMap(({ inTurn }) => inTurn.filter(({ point }) => !point));
  expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['kill host']));
});
