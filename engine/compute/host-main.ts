/** The device host: a child process that owns a device, because `session.run` of onnxruntime blocks its thread and only a process can be
 *  killed at any time. Started by `spawn-host.ts`; not to be imported. */
import { join } from 'node:path';
import { openStore } from '../store/open-store.ts';
import { ComputedOrders } from './computed-orders.ts';
import type { FromHost, HostOptions, ToHost } from './host-messages.ts';
import { OrderRunner } from './order-runner.ts';
import { PermitAsker } from './permits/permit-asker.ts';
import { watchHost } from './watch-host.ts';
import { toWireError } from './wire-error.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
const home = process.env.HOPLINE_HOME;
const computed = home ? new ComputedOrders(join(home, 'run/computed')) : null;
const running = new Map<number, AbortController>();

const tell = (message: FromHost): void => {
  if (process.connected) process.send?.(message);
};

const permits = new PermitAsker(tell);
const runner = new OrderRunner(options, openStore(options.storeUrl), computed, permits);

const sizeNow = (): number => Math.max(0, process.memoryUsage.rss() - runner.modelBytes);

async function take({ ticket, order }: Extract<ToHost, { type: 'order' }>): Promise<void> {
  const controller = new AbortController();
  running.set(ticket, controller);
  // Later on another order may be computing, whose memory is its own.
  let size: number | undefined;
  const onComputed = (): void => {
    size = sizeNow();
    tell({ type: 'computed', ticket });
  };
  try {
    const result = await runner.run(order, controller.signal, onComputed);
    tell({ type: 'done', ticket, result, size: size ?? sizeNow() });
  } catch (error) {
    tell({ type: 'failed', ticket, error: toWireError(error, order.step.name), size: size ?? sizeNow() });
  } finally {
    running.delete(ticket);
  }
}

process.on('message', (message: ToHost) => {
  if (message.type === 'order') void take(message);
  else if (message.type === 'cancel') running.get(message.ticket)?.abort();
  else if (message.type === 'permit') permits.receive(message);
  else if (message.type === 'prefetch') runner.prefetch(message.shards);
  else void runner.dispose().finally(() => process.exit(0));
});
// The parent is gone: nobody waits for results.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group. The parent decides what becomes of the work.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
tell({ type: 'ready' });
watchHost(options);
