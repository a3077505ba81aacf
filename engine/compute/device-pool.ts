import { HoplineError } from '../plan/errors.ts';
import { cancelled, Device, Displaced, warmthOf } from './device.ts';
import type { DeviceSpec } from './device-spec.ts';
import type { WorkOrder, WorkResult } from './order.ts';
import { orderShards } from './order-shards.ts';
import type { Budget } from './permits/budget.ts';
import { MemoryBudget } from './permits/memory-budget.ts';
import { PermitDesk } from './permits/permit-desk.ts';

export { type DeviceSpec, parseDevices } from './device-spec.ts';

export interface DevicePoolOptions {
  devices: readonly DeviceSpec[];
  storeUrl: string;
  /** Orders that compute on a device at a time; what an order made is stored while the next one computes. More than 1 pays for steps that
   *  wait (HTTP); a step that computes blocks its host anyway. Default 1. */
  slots?: number;
  /** A host that is larger after an order, not counting its open models, is replaced. Also the limit of its JavaScript heap, up to 2 GiB.
   *  Bytes. Default 1.5 GiB. */
  memoryLimit?: number;
  /** A host that grows above it in the middle of an order is ended, and the order fails as DEVICE_OUT_OF_MEMORY, before the machine runs out.
   *  Bytes. Default 3 times `memoryLimit`: an order may need that much more than what is left of it. */
  hardMemoryLimit?: number;
  /** Orders after which a host is replaced. Default 5,000. */
  recycleAfter?: number;
  /** Decoded input that a host keeps. Bytes. Default 256 MiB. */
  cacheBytes?: number;
  /** What open models may take in a host before the least recently used is closed. Bytes. Default: half of `hardMemoryLimit`. */
  modelBytes?: number;
  /** Between the wish to cancel and SIGKILL. Milliseconds. Default 2,000. */
  grace?: number;
  /** Where the permits that steps ask for are counted. Default: for this pool alone. */
  budget?: Budget;
  /** Start all hosts now, not with their first order. */
  eager?: boolean;
  /** Lines of the hosts and of their supervisor. */
  log?(line: string): void;
}

export interface RunOptions {
  /** Cancels: the order leaves the queue, or the step's signal is aborted and after `grace` its host is killed. A result that still
   *  comes is handed out; otherwise TASK_CANCELLED. */
  signal?: AbortSignal;
  /** The host has nothing else in hand while it works on this order: whoever ends the host is known. Default false. */
  alone?: boolean;
}

export interface DevicePool {
  /** Runs an order on a device that is free, first on one that has its models warm; waits in a queue where none is.
   *  @throws what the step threw (STEP_FAILED where it has no code); DEVICE_LOST, DEVICE_OUT_OF_MEMORY, HOST_START_FAILED: try again;
   *  TASK_CANCELLED; POOL_CLOSED */
  run(order: WorkOrder, options?: RunOptions): Promise<WorkResult>;
  /** Resolves when every host takes orders. */
  start(): Promise<void>;
  /** Process ids of the hosts that live, in the order of the devices. */
  pids(): number[];
  /** Orders in the queue and on devices. */
  load(): { queued: number; running: number };
  /** Rejects what is queued, ends the hosts. */
  close(): Promise<void>;
}

interface Job {
  order: WorkOrder;
  alone: boolean;
  signal: AbortSignal | undefined;
  /** Listens to the signal as long as the job is in the queue. A signal may outlive thousands of jobs. */
  leave(): void;
  hinted: boolean;
  resolve(result: WorkResult): void;
  reject(error: unknown): void;
}

/** The device hosts of a worker, and the queue before them. */
export function openDevicePool(options: DevicePoolOptions): DevicePool {
  const pool = new Pool(options);
  if (options.eager) pool.start().catch((error: Error) => options.log?.(error.message));
  return pool;
}

class Pool implements DevicePool {
  readonly #devices: Device[];
  #queue: Job[] = [];
  #running = 0;
  #closed = false;

  constructor({ devices, storeUrl, slots = 1, memoryLimit = 1.5 * 1024 ** 3, recycleAfter = 5000, ...rest }: DevicePoolOptions) {
    const { hardMemoryLimit = 3 * memoryLimit, cacheBytes = 256 * 1024 ** 2, grace = 2000, log = () => undefined } = rest;
    const { modelBytes = hardMemoryLimit / 2 } = rest;
    const permits = new PermitDesk(rest.budget ?? new MemoryBudget(), log);
    const limits = { memoryLimit, hardMemoryLimit, recycleAfter, cacheBytes, modelBytes };
    const deviceOptions = { storeUrl, slots, ...limits, grace, permits, log };
    this.#devices = devices.map((spec) => new Device(spec, deviceOptions, () => this.#dispatch()));
  }

  run(order: WorkOrder, { signal, alone = false }: RunOptions = {}): Promise<WorkResult> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(cancelled(order));
    return new Promise((resolve, reject) => {
      const leave = (): void => this.#leaveQueue(job);
      const job: Job = { order, alone, signal, leave, hinted: false, resolve, reject };
      this.#enqueue(job, 'last');
      this.#dispatch();
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.start()));
  }

  pids(): number[] {
    return this.#devices.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  load(): { queued: number; running: number } {
    return { queued: this.#queue.length, running: this.#running };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(closed());
    await Promise.all(this.#devices.map((device) => device.close()));
  }

  #enqueue(job: Job, place: 'first' | 'last'): void {
    job.signal?.addEventListener('abort', job.leave, { once: true });
    if (place === 'first') this.#queue.unshift(job);
    else this.#queue.push(job);
  }

  /** First come, first served. */
  #dispatch(): void {
    while (!this.#closed && this.#queue[0]) {
      const device = this.#deviceFor(this.#queue[0]);
      if (!device) {
        this.#hint();
        return;
      }
      void this.#runOn(device, this.#queue.shift()!);
    }
  }

  #deviceFor({ order, alone }: Job): Device | undefined {
    return this.#ranked(
      order,
      this.#devices.filter((device) => device.canTake(alone)),
    );
  }

  #ranked(order: WorkOrder, devices: Device[]): Device | undefined {
    const warmth = warmthOf(order);
    // Idle before busy, warm before cold, started before not started: the array's order decides the rest.
    const rank = (device: Device): number => (device.idle ? 0 : 4) + (device.warmFor === warmth ? 0 : 2) + (device.pid ? 0 : 1);
    return devices.sort((a, b) => rank(a) - rank(b))[0];
  }

  async #runOn(device: Device, job: Job): Promise<void> {
    this.#running++;
    job.signal?.removeEventListener('abort', job.leave);
    try {
      job.resolve({ ...(await device.run(job.order, job.alone, job.signal)), device: device.spec.name });
    } catch (error) {
      if (error instanceof Displaced && !this.#closed) {
        if (error.isSuspect) job.alone = true;
        this.#enqueue(job, 'first');
      } else job.reject(error);
    } finally {
      this.#running--;
      this.#dispatch();
    }
  }

  /** Lets the device that will probably do what is next, and is busy now, read its inputs. */
  #hint(): void {
    const next = this.#queue[0];
    if (!next || next.hinted) return;
    next.hinted = true;
    const shards = orderShards(next.order);
    if (shards.samples.length + shards.scores.length) this.#ranked(next.order, [...this.#devices])?.prefetch(shards);
  }

  #leaveQueue(job: Job): void {
    const place = this.#queue.indexOf(job);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    job.reject(cancelled(job.order));
  }
}

const closed = (): HoplineError => new HoplineError('POOL_CLOSED', 'the device pool is closed', { permanent: false });
