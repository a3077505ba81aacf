import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PermitAsk } from '../../plan/permit.ts';
import { type BudgetState, grantPermits, HORIZON, settlePermit } from './grant-permits.ts';

const ask = (more: Partial<PermitAsk> = {}): PermitAsk => ({ key: 'k', concurrency: 100, seconds: 10, ...more });
const idle: BudgetState = { now: 1000, out: 0, pausedUntil: Number.NEGATIVE_INFINITY, nextAt: {} };
const many = (count: number, more: Partial<PermitAsk>): PermitAsk[] => Array.from({ length: count }, () => ask(more));

it('lets so many go at a time', () => {
  expect(grantPermits({ ...idle, out: 1 }, many(5, { concurrency: 3 }))).toMatchObject({ delays: [0, 0], wait: null });
});

it('spaces them evenly, and says when it is worth asking again', () => {
  const { delays, nextAt, wait } = grantPermits(idle, many(5, { perMinute: { requests: 120 } }));
  expect(delays).toEqual([0, 0.5, 1]);
  expect(nextAt).toEqual({ requests: 1001.5 });
  expect(wait).toBeCloseTo(0.5);
});

it('counts what one costs, and what it turned out to cost', () => {
  const tokens = { perMinute: { tokens: 6000 }, cost: { tokens: 50 } };
  const { nextAt } = grantPermits(idle, [ask(tokens)]);
  expect(nextAt.tokens).toBeCloseTo(1000.5);
  expect(settlePermit({ ...idle, nextAt }, ask(tokens), { used: { tokens: 150, other: 9 } }).nextAt).toEqual({ tokens: 1001.5 });
});

it('lets nobody go before the end of a pause, the longest that was asked for', () => {
  const paused = settlePermit({ ...idle, pausedUntil: 1020 }, ask(), { pause: 5 });
  expect(paused.pausedUntil).toBe(1020);
  expect(grantPermits({ ...idle, ...paused }, [ask()])).toEqual({ delays: [], nextAt: {}, wait: 20 - HORIZON });
});

it('gives no minute more than its number, whenever and by whomever it is asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.record({ pause: fc.double({ min: 0, max: 20, noNaN: true }), asks: fc.integer({ min: 1, max: 8 }) }), {
        maxLength: 80,
      }),
      (limit, visits) => {
        const starts: number[] = [];
        let state = idle;
        for (const { pause, asks } of visits) {
          state = { ...state, now: state.now + pause };
          const { delays, nextAt } = grantPermits(state, many(asks, { perMinute: { requests: limit } }));
          starts.push(...delays.map((delay) => state.now + delay));
          state = { ...state, nextAt };
        }
        for (const [index, start] of starts.entries())
          expect(starts.slice(index).filter((other) => other < start + 60 - 1e-6).length).toBeLessThanOrEqual(limit);
      },
    ),
  );
});
