import { expect, test } from 'vitest';
import { deviceTime } from './device-time.ts';
import type { OrderLine } from './fault-folder.ts';

const line = (what: OrderLine['what'], order: string, at: number, seconds = 0): OrderLine => ({
  what,
  pid: 1,
  order,
  at,
  seconds,
});

test('a run that nothing disturbs repeats nothing', () => {
  const lines = [line('take', 'a', 1000), line('made', 'a', 3100, 2), line('end', 'a', 3100)];
  expect(deviceTime(lines, 2, [])).toEqual({ spent: 2, repeated: 0 });
});

test('a result that was not committed is repeated work', () => {
  const lines = [line('take', 'a', 0), line('made', 'a', 2000, 2), line('take', 'b', 5000), line('made', 'b', 7000, 2)];
  expect(deviceTime(lines, 2, [2100])).toEqual({ spent: 4, repeated: 2 });
});

test('an order that a fault cut off counts up to the fault, one that ended in an error up to its end', () => {
  const cutOff = [line('take', 'a', 1000)];
  expect(deviceTime(cutOff, 0, [500, 4000, 9000])).toEqual({ spent: 3, repeated: 3 });
  expect(deviceTime([...cutOff, line('end', 'a', 2500)], 0, [4000])).toEqual({ spent: 1.5, repeated: 1.5 });
});
