import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { eventStream } from './event-stream.ts';

/** Results without end, or as many as are asked for; counts what was read of them. */
function results(size: number, most = Number.POSITIVE_INFINITY) {
  const source = {
    read: 0,
    returned: 0,
    async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
      if (source.read === most) return { done: true, value: undefined };
      return { done: false, value: { data: { number: source.read++, text: 'x'.repeat(size) } } };
    },
    async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
      source.returned++;
      return { done: true, value: undefined };
    },
  };
  return source;
}

const options = () => ({ signal: new AbortController().signal, heartbeat: 60_000 });

test('results become server-sent events, and the end is said', async () => {
  const body = await text(eventStream(results(1, 2), options()));
  expect(body).toBe(
    ':\n\nevent: next\ndata: {"data":{"number":0,"text":"x"}}\n\nevent: next\ndata: {"data":{"number":1,"text":"x"}}\n\nevent: complete\ndata:\n\n',
  );
});

test('no more is read ahead of a client that stands still than fits', async () => {
  const source = results(1_000);
  const stream = eventStream(source, options());
  stream.on('readable', () => undefined);
  for (let round = 0; round < 50; round++) await turn();
  expect(source.read).toBeGreaterThan(30);
  expect(source.read).toBeLessThan(200);
  expect(stream.readableLength).toBeLessThan(200_000);
  const before = source.read;
  stream.read();
  for (let round = 0; round < 50; round++) await turn();
  expect(source.read).toBeGreaterThan(before);
  stream.destroy();
});

test('a client that goes ends the reading, also one that has gone before it began', async () => {
  const client = new AbortController();
  const source = results(1);
  const stream = eventStream(source, { signal: client.signal, heartbeat: 60_000 });
  client.abort();
  await once(stream, 'close');
  expect(source.returned).toBe(1);
  const late = results(1);
  await once(eventStream(late, { signal: client.signal, heartbeat: 60_000 }), 'close');
  expect(late.returned).toBe(1);
});

test('a stream on which nothing happens says from time to time that it is there', async () => {
  const waiting = {
    next: () => new Promise<never>(() => undefined),
    return: async () => ({ done: true as const, value: undefined }),
  };
  const stream = eventStream(waiting, { signal: new AbortController().signal, heartbeat: 10 });
  let pings = '';
  stream.on('data', (chunk: Buffer) => {
    pings += chunk;
  });
  while (pings.length < 9) await sleep(5);
  expect(pings).toMatch(/^(:\n\n)+$/);
  stream.destroy();
});
