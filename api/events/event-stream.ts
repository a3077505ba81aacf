import { Readable } from 'node:stream';
import type { ExecutionResult } from 'graphql';
import { cursorOf } from './shared-results.ts';

export interface EventStreamOptions {
  /** Aborted when the client goes. */
  signal: AbortSignal;
  /** Between two comments that keep the connection open and show whether it is. Milliseconds. */
  heartbeat: number;
}

/** Bytes that are read ahead of the connection. What it can't take stays where it is: with the feed. */
const AHEAD = 64 * 1024;
const PING = Buffer.from(':\n\n');
const COMPLETE = Buffer.from('event: complete\ndata:\n\n');

/** Results as server-sent events (GraphQL over SSE, distinct connections), each with its cursor as `id`, so that a client which comes back
 *  with `Last-Event-ID` goes on behind it. Results that come together leave together. Reads no faster than the client does. */
export function eventStream(results: AsyncIterator<ExecutionResult>, options: EventStreamOptions): Readable {
  const { signal, heartbeat } = options;
  let ready: Buffer[] = [];
  let bytes = 0;
  let flushing: NodeJS.Immediate | undefined;
  let pumping = false;
  let wanted = false;

  const flush = (): void => {
    clearImmediate(flushing);
    flushing = undefined;
    if (bytes === 0 || stream.destroyed) return;
    const together = Buffer.concat(ready, bytes);
    ready = [];
    bytes = 0;
    wanted = stream.push(together);
  };
  const pump = async (): Promise<void> => {
    while (wanted && !stream.destroyed) {
      const { done, value } = await results.next();
      const frame = done ? COMPLETE : frameOf(value);
      ready.push(frame);
      bytes += frame.length;
      if (done || bytes >= AHEAD) flush();
      else flushing ??= setImmediate(flush);
      if (done) return void stream.push(null);
    }
  };
  const stream: Readable = new Readable({
    highWaterMark: AHEAD,
    read() {
      wanted = true;
      if (pumping) return;
      pumping = true;
      pump()
        .catch((error: Error) => stream.destroy(error))
        .finally(() => {
          pumping = false;
          // It was asked for more while the last round was ending.
          if (wanted && !stream.destroyed && !stream.readableEnded) stream.read(0);
        });
    },
    destroy(error, done) {
      clearInterval(pings);
      clearImmediate(flushing);
      signal.removeEventListener('abort', leave);
      Promise.resolve(results.return?.()).then(() => done(error), done);
    },
  });
  const leave = (): void => void stream.destroy();
  const pings = setInterval(() => {
    if (stream.readableLength === 0) stream.push(PING);
  }, heartbeat);
  // Some clients wait for the first byte before they say that they are connected.
  stream.push(PING);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave);
  return stream;
}

const frames = new WeakMap<ExecutionResult, Buffer>();

function frameOf(result: ExecutionResult): Buffer {
  const known = frames.get(result);
  if (known) return known;
  const cursor = cursorOf(result);
  const frame = Buffer.from(`${cursor ? `id: ${cursor}\n` : ''}event: next\ndata: ${JSON.stringify(result)}\n\n`);
  frames.set(result, frame);
  return frame;
}
