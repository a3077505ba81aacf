import type { WorkOrder, WorkResult } from '../engine/compute/order.ts';
import { crashPoint } from '../engine/faults/crash-point.ts';
import { existing, failedAttempts, failTask, type LeasedTask } from '../engine/lineage/index.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { CommitQueue } from './commit-queue.ts';
import { commitMap, prepareMap } from './map-order.ts';
import type { RunContext } from './run-context.ts';
import { SliceInputs } from './slice-inputs.ts';
import { commitWhole, prepareWhole } from './whole-order.ts';
import type { WorkerServices } from './worker-services.ts';

/** A task that has failed so often without an error of its own is poison: it takes the device with it. */
const MOST_ATTEMPTS = 6;

/** The tasks of a unit that one activity works through: it looks things up once, computes one task after the other and commits in the background. */
export class Slice {
  readonly commits: CommitQueue;
  private readonly services: WorkerServices;
  private readonly context: RunContext;
  private readonly signal: AbortSignal;
  private readonly inputs: SliceInputs;
  private readonly states = new Map<Digest, Digest>();
  private exists: ReadonlySet<Digest> = new Set();

  constructor(services: WorkerServices, context: RunContext, signal: AbortSignal) {
    this.services = services;
    this.context = context;
    this.signal = signal;
    this.commits = new CommitQueue(services.committer);
    this.inputs = new SliceInputs(services, context);
  }

  /** One query for the whole slice: what exists, and where its inputs lie. */
  async begin(leased: readonly LeasedTask[]): Promise<void> {
    const keys: Digest[] = [];
    const parents: Digest[] = [];
    for (const task of leased) {
      if (task.planShard === null) {
        keys.push(task.key!);
        continue;
      }
      const page = await this.context.shard(task.planShard);
      for (const item of page.items(task.node, task.first, task.count)) {
        keys.push(item.key);
        for (const parent of item.parents) parents.push(parent.key);
      }
    }
    const found = await existing(this.services.db, keys);
    this.exists = new Set(found.keys());
    await this.inputs.lookUp(parents);
  }

  async work(task: LeasedTask): Promise<void> {
    try {
      await (task.planShard === null ? this.whole(task) : this.map(task));
    } catch (error) {
      if (!this.signal.aborted) await this.recordFailure(task, error);
      throw error;
    }
  }

  private async map(task: LeasedTask): Promise<void> {
    const prepared = await prepareMap(this.context, this.inputs, task, this.exists);
    const startedAt = new Date();
    const { result, device } = prepared.order ? await this.compute(prepared.order) : { result: nothing(task), device: 'none' };
    this.commits.add(commitMap(this.context, this.inputs, prepared, result, this.facts(startedAt, device)));
  }

  private async whole(task: LeasedTask): Promise<void> {
    if (this.exists.has(task.key!)) {
      this.commits.add({
        ...commitWhole(this.context, task, nothing(task), this.facts(new Date(), 'none')),
        reused: [{ ordinal: task.first, key: task.key! }],
      });
      return;
    }
    const order = await prepareWhole(this.services, this.context, this.inputs, task, this.states);
    const startedAt = new Date();
    const { result, device } = await this.compute(order);
    if (result.artifact) this.states.set(task.key!, result.artifact.digest);
    this.commits.add(commitWhole(this.context, task, result, this.facts(startedAt, device), order));
  }

  private async compute(order: WorkOrder): Promise<{ result: WorkResult; device: string }> {
    const result = await this.services.pool.run(order, { signal: this.signal });
    crashPoint('slice.result-received');
    return { result, device: result.device ?? 'cpu' };
  }

  private facts(startedAt: Date, device: string): { runId: string; worker: string; device: string; startedAt: Date } {
    return { runId: this.context.run.id, worker: this.services.worker, device, startedAt };
  }

  private async recordFailure(task: LeasedTask, error: unknown): Promise<void> {
    const known = error instanceof HoplineError;
    const code = known ? error.code : 'INTERNAL';
    const message = error instanceof Error ? error.message : String(error);
    const permanent = known && error.permanent;
    await failTask(this.services.db, {
      taskId: task.taskId,
      fence: task.fence,
      error: { code, message },
      terminal: permanent,
    }).catch(() => false);
    if (permanent || code === 'DATABASE_UNREACHABLE') return;
    if ((await failedAttempts(this.services.db, task.taskId).catch(() => 0)) >= MOST_ATTEMPTS) {
      throw new HoplineError(
        'TASK_POISONED',
        `task ${task.taskId} of node "${task.node}" must finish within ${MOST_ATTEMPTS} attempts, got ${code}: ${message}`,
        {
          hint: 'the batch takes its device host with it each time; look into the worker log, then hopline resume',
          cause: error,
        },
      );
    }
  }
}

const nothing = (task: LeasedTask): WorkResult => ({ id: `task-${task.taskId}`, artifact: null, items: [], seconds: 0, rss: 0 });
