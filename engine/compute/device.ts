import { HoplineError } from '../plan/errors.ts';
import type { DeviceSpec } from './device-spec.ts';
import type { FromHost, ShardRefs } from './host-messages.ts';
import { HostProcess } from './host-process.ts';
import type { WorkOrder, WorkResult } from './order.ts';
import { HostPermits } from './permits/host-permits.ts';
import type { PermitDesk } from './permits/permit-desk.ts';
import type { PermitFromHost } from './permits/permit-messages.ts';
import { fromWireError } from './wire-error.ts';

export interface DeviceOptions {
  storeUrl: string;
  /** Orders that may compute at a time. */
  slots: number;
  /** Bytes; a host that is larger after an order, not counting its open models, is replaced. */
  memoryLimit: number;
  /** Bytes; a host that is larger ends at once, with DEVICE_OUT_OF_MEMORY. */
  hardMemoryLimit: number;
  /** Orders after which a host is replaced. */
  recycleAfter: number;
  cacheBytes: number;
  /** What open models may take in a host. Bytes. */
  modelBytes: number;
  /** Milliseconds between the wish to cancel and SIGKILL. */
  grace: number;
  /** Where its hosts ask for permits. */
  permits: PermitDesk;
  log(line: string): void;
}

/** Of the JavaScript heap of a host, where no tensors and pictures lie. Bytes. */
const LARGEST_HEAP = 2 * 1024 ** 3;

/** Why an order left its device without a result: it shared the host with one that ended it. It is run again. */
export class Displaced extends Error {
  /** Whether it may have been the one itself, so that it has to show that it isn't. */
  readonly isSuspect: boolean;

  constructor(isSuspect: boolean) {
    super('the host ended with a neighbour');
    this.isSuspect = isSuspect;
  }
}

interface Pending {
  order: WorkOrder;
  /** Nothing else may be in the host's hands, not even what another order has made: whoever ends the host is known. */
  alone: boolean;
  /** Its step is done, and what it made is being stored: it has no use for the device any more. */
  storing: boolean;
  cancelled: boolean;
  resolve(result: WorkResult): void;
  reject(error: Error): void;
}

/** A device with its host: started when first needed, replaced when it has died or grown too large. */
export class Device {
  readonly spec: DeviceSpec;
  /** The step and models that ran last: they are warm. */
  warmFor: string | null = null;
  readonly #options: DeviceOptions;
  readonly #pending = new Map<number, Pending>();
  #host: HostProcess | null = null;
  readonly #leaving = new Set<Promise<void>>();
  #ticket = 0;
  #orders = 0;
  /** The host is to be replaced as soon as its last order is done. */
  #draining = false;
  #killedForCancel = false;
  #closing = false;
  readonly #onFree: () => void;

  constructor(spec: DeviceSpec, options: DeviceOptions, onFree: () => void) {
    this.spec = spec;
    this.#options = options;
    this.#onFree = onFree;
  }

  get pid(): number | undefined {
    return this.#host?.pid;
  }

  /** Whether an order may come on now. What the orders before it made may still be on its way to the store: of as many orders as there
   *  are slots, so that outputs can't pile up. */
  canTake(alone: boolean): boolean {
    if (this.#draining || this.#killedForCancel) return false;
    const pending = [...this.#pending.values()];
    if (alone || pending.some((order) => order.alone)) return pending.length === 0;
    const computing = pending.filter(({ storing }) => !storing);
    const { slots } = this.#options;
    return pending.length - computing.length <= slots && computing.length < slots;
  }

  get idle(): boolean {
    return this.#pending.size === 0;
  }

  start(): Promise<void> {
    return this.#running().ready;
  }

  prefetch(shards: ShardRefs): void {
    this.#host?.send({ type: 'prefetch', shards });
  }

  /** @throws what the step threw; TASK_CANCELLED, DEVICE_LOST, DEVICE_OUT_OF_MEMORY, HOST_START_FAILED; Displaced */
  async run(order: WorkOrder, alone: boolean, signal: AbortSignal | undefined): Promise<WorkResult> {
    const ticket = ++this.#ticket;
    const host = this.#running();
    this.warmFor = warmthOf(order);
    const outcome = new Promise<WorkResult>((resolve, reject) => {
      this.#pending.set(ticket, { order, alone, storing: false, cancelled: false, resolve, reject });
    });
    const cancel = (): void => this.#cancel(ticket, host);
    signal?.addEventListener('abort', cancel, { once: true });
    host.ready.then(
      () => this.#send(ticket, host),
      (error: Error) => this.#settle(ticket)?.reject(error),
    );
    try {
      return await outcome;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#leaving, this.#host?.stop(this.#options.grace)]);
  }

  #send(ticket: number, host: HostProcess): void {
    const pending = this.#pending.get(ticket);
    if (!pending) return;
    if (pending.cancelled) {
      this.#settle(ticket)?.reject(cancelled(pending.order));
      this.#onFree();
    } else {
      host.send({ type: 'order', ticket, order: pending.order });
    }
  }

  #running(): HostProcess {
    if (this.#host) return this.#host;
    const { storeUrl, cacheBytes, modelBytes, memoryLimit, hardMemoryLimit, log } = this.#options;
    const { name, threads, unfit } = this.spec;
    const limits = { memoryLimit: hardMemoryLimit, heapMegabytes: Math.min(memoryLimit, LARGEST_HEAP) / 1024 ** 2 };
    const options = { storeUrl, cacheBytes, modelBytes, device: name, threads, ...(unfit ? { unfit } : {}), ...limits };
    const permits = new HostPermits(this.#options.permits, (message) => host.send(message));
    const receive = (message: FromHost): void => {
      if (message.type === 'permit-ask' || message.type === 'permit-end') permits.receive(message);
      else if (this.#host === host) this.#receive(message);
    };
    const host = new HostProcess(options, receive, (line) => log(`${name} ${line}`));
    this.#host = host;
    this.#orders = 0;
    void host.ended.then((reason) => {
      permits.close();
      this.#lost(host, reason);
    });
    return host;
  }

  #receive(message: Exclude<FromHost, PermitFromHost>): void {
    if (message.type === 'ready') return;
    if (message.type === 'computed') {
      const computed = this.#pending.get(message.ticket);
      if (computed) computed.storing = true;
      this.#onFree();
      return;
    }
    const pending = this.#settle(message.ticket);
    this.#orders++;
    if (message.size > this.#options.memoryLimit || this.#orders >= this.#options.recycleAfter) this.#draining = true;
    if (this.#draining && this.idle) this.#recycle(message.size);
    if (message.type === 'done') pending?.resolve(message.result);
    else if (pending?.cancelled) pending.reject(cancelled(pending.order));
    else if (pending) this.#fail(pending, message);
    this.#onFree();
  }

  #fail(pending: Pending, { error }: Extract<FromHost, { type: 'failed' }>): void {
    this.#options.log(
      `${this.spec.name} order ${pending.order.id} of ${pending.order.step.name} failed: ${error.code} ${error.stack ?? error.message}`,
    );
    pending.reject(fromWireError(error));
  }

  #settle(ticket: number): Pending | undefined {
    const pending = this.#pending.get(ticket);
    this.#pending.delete(ticket);
    return pending;
  }

  /** Asks first; a host that is deep in native code does not hear, and is killed. */
  #cancel(ticket: number, host: HostProcess): void {
    const pending = this.#pending.get(ticket);
    if (!pending) return;
    pending.cancelled = true;
    host.send({ type: 'cancel', ticket });
    setTimeout(() => {
      if (!this.#pending.has(ticket) || this.#host !== host) return;
      if (pending.storing) {
        // It holds no device, and whoever computes now has nothing to do with it.
        this.#settle(ticket)?.reject(cancelled(pending.order));
        this.#onFree();
        return;
      }
      this.#killedForCancel = true;
      host.kill();
    }, this.#options.grace).unref();
  }

  #recycle(size: number): void {
    const host = this.#host;
    this.#draining = false;
    if (!host) return;
    this.#host = null;
    this.warmFor = null;
    this.#options.log(
      `${this.spec.name} host ${host.pid} is replaced after ${this.#orders} orders at ${Math.round(size / 1024 ** 2)} MiB`,
    );
    const leaving = host.stop(this.#options.grace).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  #lost(host: HostProcess, reason: HoplineError): void {
    if (this.#host !== host) return;
    const forCancel = this.#killedForCancel;
    this.#host = null;
    this.#killedForCancel = false;
    this.#draining = false;
    this.warmFor = null;
    // Orders of a host that never became ready have their own reason.
    const lost = host.isReady ? [...this.#pending.values()] : [];
    if (host.isReady) this.#pending.clear();
    if (!forCancel && !this.#closing)
      this.#options.log(`${this.spec.name} host ${host.pid} ended: ${reason.message}; orders lost: ${lost.length}`);
    const isComputing = lost.some(({ storing }) => !storing);
    for (const pending of lost) {
      if (pending.cancelled) pending.reject(cancelled(pending.order));
      else if (forCancel) pending.reject(new Displaced(false));
      else pending.reject(pending.storing && isComputing ? new Displaced(true) : reason);
    }
    this.#onFree();
  }
}

/** Orders with the same warmth need the same sessions. */
export function warmthOf({ step, models }: WorkOrder): string {
  const digests = Object.values(models).map(({ digest }) => digest);
  return [step.module, step.name, ...digests].join(' ');
}

export function cancelled(order: WorkOrder): HoplineError {
  // Not permanent: who cancels says what becomes of the run. A wish that Temporal hasn't told the workflow yet must not fail it.
  return new HoplineError('TASK_CANCELLED', `order ${order.id} of step "${order.step.name}" was cancelled`, { permanent: false });
}
