import { crashPoint } from '../faults/crash-point.ts';
import { traceOrder } from '../faults/trace-order.ts';
import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Permit, PermitAsk } from '../plan/permit.ts';
import type { ModelFiles, StepContext } from '../plan/step-io.ts';
import type { Store } from '../store/store.ts';
import type { ComputedOrders } from './computed-orders.ts';
import type { HostOptions, ShardRefs } from './host-messages.ts';
import { loadStep } from './load-step.ts';
import { type ModelFolders, openModelFolders } from './model-folders.ts';
import type { WorkOrder, WorkResult } from './order.ts';
import { OrderInputs } from './order-inputs.ts';
import { MemoryBudget } from './permits/memory-budget.ts';
import { PermitDesk } from './permits/permit-desk.ts';
import { runStep } from './run-step.ts';
import { ShardReader } from './shard-reader.ts';
import { WarmCache } from './warm-cache.ts';

/** Who gives permits to the steps. */
export interface PermitSource {
  ask(ask: PermitAsk, signal: AbortSignal): Promise<Permit>;
}

/** Runs orders inside a device host: ids and digests in, ids and digests out, the bytes by way of the store. */
export class OrderRunner {
  readonly #options: HostOptions;
  readonly #store: Store;
  readonly #shards: ShardReader;
  readonly #warm: WarmCache;
  readonly #computed: ComputedOrders | null;
  readonly #folders: ModelFolders;
  readonly #permits: PermitSource;

  /** @param computed where results are noted until they are committed. Default: nowhere
   *  @param permits default: limits that hold for this process alone */
  constructor(
    options: HostOptions,
    store: Store,
    computed: ComputedOrders | null = null,
    permits: PermitSource = new PermitDesk(new MemoryBudget()),
  ) {
    this.#permits = permits;
    this.#folders = openModelFolders(store);
    this.#options = options;
    this.#warm = new WarmCache({ bytes: options.modelBytes });
    this.#computed = computed;
    this.#store = store;
    this.#shards = new ShardReader(store, options.cacheBytes);
  }

  /** @param onComputed told when the device is free although what was made is not stored yet. Not told by every order */
  async run(order: WorkOrder, signal: AbortSignal, onComputed: () => void = () => undefined): Promise<WorkResult> {
    const known = await this.#computed?.recall(order, this.#store);
    if (known) return { id: order.id, ...known, rss: process.resourceUsage().maxRSS * 1024 };
    const step = await loadStep(order);
    const { warm, release } = this.#warm.lease();
    const computed = (): void => {
      // The next order may need the memory of these models for its own.
      release();
      onComputed();
    };
    const { device, threads } = this.#options;
    const model: StepContext['model'] = (role) => this.#model(order, role);
    const permit: StepContext['permit'] = (ask, also) => this.#permits.ask(ask, also ? AbortSignal.any([signal, also]) : signal);
    const context: StepContext = { model, warm, threads, device, permit, signal };
    const inputs = new OrderInputs(order, this.#store, this.#shards);
    const trace = traceOrder(order.id);
    try {
      const result = await runStep(step, { order, store: this.#store, shards: this.#shards, inputs, context, computed });
      this.#computed?.note(order, result);
      trace.made(result.seconds);
      crashPoint('host.shard-written');
      return { id: order.id, ...result, rss: process.resourceUsage().maxRSS * 1024 };
    } finally {
      trace.ended();
      release();
    }
  }

  /** What the open models take. Bytes. */
  get modelBytes(): number {
    return this.#warm.bytes;
  }

  prefetch(shards: ShardRefs): void {
    this.#shards.prefetch(shards);
  }

  async dispose(): Promise<void> {
    this.#computed?.close();
    await this.#warm.dispose();
  }

  #model(order: WorkOrder, role: string): ModelFiles {
    const model = order.models[role];
    if (!model) {
      const got = Object.keys(order.models).join(', ') || 'none';
      throw new HoplineError('STEP_MODEL_MISSING', `step "${order.step.name}".models must have the role "${role}", got ${got}`);
    }
    const { name, digest, adapter, files } = model;
    const unfit = this.#options.unfit?.[digest];
    if (unfit !== undefined) throw modelUnfit(name, this.#options.device, unfit);
    return {
      name,
      digest,
      adapter,
      files: Object.keys(files).sort(),
      read: (path) => this.#store.get(fileOf(name, files, path)),
      folder: () => this.#folders.folder({ name, digest, files }),
    };
  }
}

const modelUnfit = (model: string, device: string, reason: string): HoplineError =>
  new HoplineError('MODEL_UNFIT', `model "${model}" must compute on ${device} what it computes on a CPU, got ${reason}`, {
    hint: 'run it on a CPU (HOPLINE_DEVICES=cpu), or look into the driver and the versions in docs/gpu.md',
  });

function fileOf(model: string, files: Record<string, Digest>, path: string): Digest {
  const digest = files[path];
  if (digest) return digest;
  throw new HoplineError(
    'MODEL_FILE_MISSING',
    `model "${model}" must have the file ${path}, got ${Object.keys(files).sort().join(', ')}`,
  );
}
