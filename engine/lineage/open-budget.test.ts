import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import type { Budget } from '../compute/permits/budget.ts';
import { PermitDesk } from '../compute/permits/permit-desk.ts';
import { type Digest, sha256 } from '../plan/digest.ts';
import type { Permit, PermitAsk } from '../plan/permit.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { openBudget } from './open-budget.ts';

const database = useDatabase(startEmbedded);
let count = 0;
let key: Digest;
let one: Budget;
let other: Budget;
beforeEach(() => {
  key = sha256(`budget ${count++}`);
  one = openBudget(database.db, 'worker-1');
  other = openBudget(database.db, 'worker-2');
});
const ask = (more: Partial<PermitAsk> = {}): PermitAsk => ({ key, concurrency: 2, seconds: 30, ...more });
const never = new AbortController().signal;

test('two workers share one limit of what is out at a time', async () => {
  const first = await one.grant([ask(), ask(), ask()]);
  expect(first).toMatchObject({ granted: [{ delay: 0 }, { delay: 0 }], wait: null });
  expect((await other.grant([ask()])).granted).toEqual([]);
  await one.end(first.granted[0]!.id, ask(), {});
  expect((await other.grant([ask(), ask()])).granted).toHaveLength(1);
});

test('who dies with a permit has it until it expires', async () => {
  await one.grant([ask({ seconds: 3 }), ask({ seconds: 3 })]);
  expect((await other.grant([ask()])).granted).toEqual([]);
  await sleep(3_100);
  expect((await other.grant([ask(), ask(), ask()])).granted).toHaveLength(2);
});

test('rates and pauses hold for all', async () => {
  const slow = ask({ concurrency: 50, perMinute: { requests: 2 } });
  const [granted] = (await one.grant([slow])).granted;
  const next = await other.grant([slow, slow, slow]);
  expect(next.granted).toEqual([]);
  expect(next.wait).toBeGreaterThan(10);
  await one.end(granted!.id, slow, { pause: 200 });
  const { granted: none, wait } = await other.grant([slow]);
  expect(none).toEqual([]);
  expect(wait).toBeGreaterThan(100);
});

test('what was used beyond what was expected is taken from the next minute', async () => {
  const tokens = ask({ perMinute: { tokens: 60 }, cost: { tokens: 1 } });
  const [granted] = (await one.grant([tokens])).granted;
  await one.end(granted!.id, tokens, { used: { tokens: 101 } });
  expect((await other.grant([tokens])).wait).toBeGreaterThan(60);
});

test('desks of two workers never have more out than allowed, and everybody has a turn', async () => {
  const desks = [new PermitDesk(one), new PermitDesk(other)];
  let out = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const permit = await desks[index % 2]!.ask(ask({ concurrency: 3 }), never);
      most = Math.max(most, ++out);
      await sleep(20);
      out--;
      permit.release();
    }),
  );
  expect([most, out]).toEqual([3, 0]);
  const left = () => database.db.query('SELECT id FROM budget_permit WHERE key = decode($1, $2)', [key, 'hex']);
  await expect.poll(left).toEqual([]);
});

test('who stops waiting leaves the queue and takes nothing', async () => {
  const desk = new PermitDesk(one);
  const held: Permit[] = [await desk.ask(ask({ concurrency: 1 }), never)];
  const controller = new AbortController();
  const waiting = desk.ask(ask({ concurrency: 1 }), controller.signal);
  const next = desk.ask(ask({ concurrency: 1 }), never);
  controller.abort(new Error('not any more'));
  await expect(waiting).rejects.toThrow('not any more');
  held[0]!.release();
  held[0]!.release();
  (await next).release();
});

test('a budget that is out of reach is said to everybody who waits', async () => {
  const away: Budget = { grant: () => Promise.reject(new Error('away')), end: async () => undefined };
  const desk = new PermitDesk(away);
  for (const asked of [desk.ask(ask(), never), desk.ask(ask(), never)]) await expect(asked).rejects.toThrow('away');
});
