import type { WorkOrder, WorkResult } from '../engine/compute/order.ts';
import { crashPoint } from '../engine/faults/crash-point.ts';
import { existing, type LeasedTask } from '../engine/lineage/index.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { NO_KEY } from '../engine/plan/plan-page.ts';
import { BatchLimits } from './batch-limits.ts';
import { CommitQueue, staleLease } from './commit-queue.ts';
import { computeInParts } from './compute-in-parts.ts';
import { whileLeased } from './lease-watch.ts';
import { commitMap, prepareMap } from './map-order.ts';
import { withObjects } from './remake/with-objects.ts';
import type { RunContext } from './run-context.ts';
import { SliceInputs } from './slice-inputs.ts';
import { commitWhole, prepareWhole } from './whole-order.ts';
import type { WorkerServices } from './worker-services.ts';

/** The tasks of a unit that one activity works through: it looks things up once a chunk, computes one task after the other and commits in
 *  the background. */
export class Slice {
  readonly commits: CommitQueue;
  private readonly services: WorkerServices;
  private readonly context: RunContext;
  private readonly signal: AbortSignal;
  private readonly inputs: SliceInputs;
  private readonly limits = new BatchLimits();
  private readonly states = new Map<Digest, Digest>();
  private readonly exists = new Set<Digest>();

  constructor(services: WorkerServices, context: RunContext, signal: AbortSignal) {
    this.services = services;
    this.context = context;
    this.signal = signal;
    this.commits = new CommitQueue(services.committer);
    this.inputs = new SliceInputs(services, context);
  }

  /** One query for a chunk of tasks: what exists, and where its inputs lie. */
  async begin(leased: readonly LeasedTask[]): Promise<void> {
    const keys: Digest[] = [];
    const parents: Digest[] = [];
    for (const task of leased) {
      // What is made again counts as missing, whatever there is under its keys.
      const anew = this.context.run.remake.includes(task.node);
      if (task.planShard === null) {
        if (!anew) keys.push(task.key!);
        continue;
      }
      const page = await this.page(task.planShard);
      for (const item of page.items(task.node, task.first, task.count)) {
        if (item.key === NO_KEY) continue;
        if (!anew) keys.push(item.key);
        for (const parent of item.parents) parents.push(parent.key);
      }
    }
    for (const key of (await existing(this.services.db, keys)).keys()) this.exists.add(key);
    await this.inputs.lookUp(parents);
  }

  /** Computes a task and hands it to the commit queue. `blocked`: an input of it is still to be made.
   *  @throws what the step threw, DEVICE_LOST, STALE_LEASE ... */
  async work(task: LeasedTask): Promise<'done' | 'blocked'> {
    this.commits.failed.throwIfAborted();
    return task.planShard === null ? this.whole(task) : this.map(task);
  }

  private page(digest: Digest): ReturnType<RunContext['shard']> {
    return withObjects(this.services, this.context.run.id, this.signal, () => this.context.shard(digest));
  }

  private async map(task: LeasedTask): Promise<'done' | 'blocked'> {
    await this.page(task.planShard!);
    const prepared = await prepareMap(this.context, this.inputs, task, this.exists);
    if (prepared.absent.length > 0) return 'blocked';
    const startedAt = new Date();
    const { result, device } = prepared.order
      ? await this.compute(task, prepared.order)
      : { result: nothing(task), device: 'none' };
    this.commits.add(commitMap(this.context, this.inputs, prepared, result, this.facts(startedAt, device)));
    return 'done';
  }

  private async whole(task: LeasedTask): Promise<'done'> {
    if (this.exists.has(task.key!)) {
      this.commits.add({
        ...commitWhole(this.context, task, nothing(task), this.facts(new Date(), 'none')),
        reused: [{ ordinal: task.first, key: task.key! }],
      });
      return 'done';
    }
    const order = await prepareWhole(this.services, this.context, this.inputs, task, this.states);
    const startedAt = new Date();
    const { result, device } = await this.compute(task, order);
    this.commits.add(commitWhole(this.context, task, result, this.facts(startedAt, device), order));
    if (this.context.run.remake.includes(task.node)) await this.commits.drain();
    // Of a node that is made again the next epoch goes on from the state that is stored, which may be the older one.
    else if (result.artifact) this.states.set(task.key!, result.artifact.digest);
    return 'done';
  }

  /** Computes an order for as long as the task is ours: a commit of the slice that fails, or another attempt that takes the task over,
   *  aborts it and so frees the device. */
  private async compute(task: LeasedTask, order: WorkOrder): Promise<{ result: WorkResult; device: string }> {
    const { db, pool } = this.services;
    const result = await whileLeased(
      db,
      task,
      (lost) => {
        const signal = AbortSignal.any([this.signal, this.commits.failed, lost]);
        const run = (part: WorkOrder, alone: boolean): Promise<WorkResult> =>
          withObjects(this.services, this.context.run.id, signal, () => pool.run(part, { signal, alone }));
        if (order.kind !== 'map') return run(order, false);
        return computeInParts(order, {
          node: task.node,
          limits: this.limits,
          compute: (part, { alone }) => run(part, alone),
          log: (line) => console.log(line),
        });
      },
      () => staleLease(task.taskId),
    ).catch((error: unknown) => {
      // Whoever was aborted by a commit that failed says only that it was cancelled.
      throw this.commits.failed.aborted ? this.commits.failed.reason : error;
    });
    crashPoint('slice.result-received');
    return { result, device: result.device ?? 'cpu' };
  }

  private facts(startedAt: Date, device: string): { runId: string; worker: string; device: string; startedAt: Date } {
    return { runId: this.context.run.id, worker: this.services.worker, device, startedAt };
  }
}

const nothing = (task: LeasedTask): WorkResult => ({ id: `task-${task.taskId}`, artifact: null, items: [], seconds: 0, rss: 0 });
