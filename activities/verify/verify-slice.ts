import type { WorkOrder, WorkResult } from '../../engine/compute/order.ts';
import { type CommittedContent, committedContents } from '../../engine/lineage/committed-contents.ts';
import { getRun, type RunRow } from '../../engine/lineage/index.ts';
import { type NewVerification, recordedKeys, recordVerifications } from '../../engine/lineage/verifications.ts';
import type { FoldStep, MapStep, ReduceStep, SelectStep } from '../../engine/plan/define-step.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { NO_KEY, type PlanPage } from '../../engine/plan/plan-page.ts';
import type { PlanItem, PlannedTask } from '../../engine/plan/plan-types.ts';
import { pageTasks, wholeNodeTasks } from '../../engine/plan/planned-tasks.ts';
import type { SliceOutcome, UnitRef } from '../../workflows/activities.ts';
import { BatchLimits } from '../batch-limits.ts';
import { computeInParts } from '../compute-in-parts.ts';
import { failureClass } from '../failure-class.ts';
import { withObjects } from '../remake/with-objects.ts';
import type { RunContext } from '../run-context.ts';
import { SliceInputs } from '../slice-inputs.ts';
import type { WorkerServices } from '../worker-services.ts';
import { drawnTasks } from './drawn-tasks.ts';
import { determinismText, notMade } from './judge.ts';
import { judgeItems, verifyingMapOrder } from './verify-map.ts';
import { judgeWhole, verifyingWholeOrder } from './verify-whole.ts';

/** Times that a task is tried whose step fails by its own fault. */
const TRIES = 3;

/** Executes again what was drawn of a unit, until all of it is recorded, the slice's time is up, the run is paused or the worker is leaving. What is
 *  left is what was drawn less what is recorded, so a task whose attempt dies is tried again and one that is recorded never is. Nothing of the run
 *  that is verified changes, and what is made is held against it and forgotten. */
export async function verifySlice(services: WorkerServices, unit: UnitRef, signal: AbortSignal): Promise<SliceOutcome> {
  const run = await getRun(services.db, unit.runId);
  const verifier = await openVerifier(services, run, signal);
  const began = Date.now();
  let paused = false;
  let committed = 0;
  for (const task of await verifier.tasksOf(unit)) {
    paused ||= services.runWatch.isPaused(unit.runId);
    const late = committed > 0 && (Date.now() - began) / 1000 >= services.sliceSeconds();
    if (signal.aborted || services.draining() || paused || late) return { done: false, paused, committed };
    if (await verifier.verify(task)) committed++;
  }
  return { done: true, paused, committed };
}

/** What is drawn of a task and not recorded yet. */
interface Remaining {
  /** Map nodes only. */
  items: PlanItem[];
  contents: ReadonlyMap<Digest, CommittedContent>;
}

async function openVerifier(services: WorkerServices, run: RunRow, signal: AbortSignal): Promise<Verifier> {
  const subject = await getRun(services.db, run.verifiesRunId!);
  // By the plan that was drawn from, with the nodes and members of the run that is verified.
  const context = await withObjects(services, run.id, signal, () => services.contexts.get(run.id));
  return new Verifier(services, run, { ...context, run: subject }, signal);
}

class Verifier {
  private readonly services: WorkerServices;
  private readonly run: RunRow;
  private readonly context: RunContext;
  private readonly signal: AbortSignal;
  private readonly inputs: SliceInputs;
  private readonly limits = new BatchLimits();
  private page: PlanPage | null = null;

  constructor(services: WorkerServices, run: RunRow, context: RunContext, signal: AbortSignal) {
    this.services = services;
    this.run = run;
    this.context = context;
    this.signal = signal;
    this.inputs = new SliceInputs(services, context);
  }

  async tasksOf(unit: UnitRef): Promise<PlannedTask[]> {
    const { plan } = this.context;
    const order = this.run.verification!;
    if (unit.node !== undefined)
      return drawnTasks(
        wholeNodeTasks(plan.nodes).filter(({ node }) => node === unit.node),
        null,
        order,
      );
    const digest = plan.stages[unit.stage!]!.pages![unit.shard!]!;
    this.page = await this.reading(() => this.context.shard(digest));
    return drawnTasks(pageTasks(this.page, plan.nodes), this.page, order);
  }

  /** False where nothing of the task is left. */
  async verify(task: PlannedTask): Promise<boolean> {
    const left = await this.remaining(task);
    if (left.contents.size === 0) return false;
    const planned = this.context.planned(task.node);
    const { step } = this.context.graphNode(task.node);
    if (step.kind === 'source') return false;
    const { result, items } = await this.executed(task, left);
    const device = result?.device ?? 'none';
    await recordVerifications(this.services.db, {
      runId: this.run.id,
      subjectRunId: this.context.run.id,
      node: task.node,
      step: planned.step,
      model: modelsText(planned.models),
      provider: device.split(':')[0]!,
      device,
      worker: this.services.worker,
      determinism: determinismText(step.determinism ?? 'bitwise'),
      seconds: result?.seconds ?? 0,
      items,
    });
    return true;
  }

  private async remaining(task: PlannedTask): Promise<Remaining> {
    const { db } = this.services;
    const range = task.key ? [] : this.page!.items(task.node, task.first, task.count).filter(({ key }) => key !== NO_KEY);
    const keys = task.key ? [task.key] : range.map(({ key }) => key);
    const recorded = await recordedKeys(db, this.run.id, keys);
    const contents = await committedContents(
      db,
      keys.filter((key) => !recorded.has(key)),
    );
    // Two places of a node may ask for one and the same thing.
    const items = [...new Map(range.map((item) => [item.key, item])).values()].filter(({ key }) => contents.has(key));
    return { items, contents };
  }

  /** Computes a task again and judges it. A step that fails for good has made nothing, which is a finding too. */
  private async executed(
    task: PlannedTask,
    { items, contents }: Remaining,
  ): Promise<{ result: WorkResult | null; items: NewVerification[] }> {
    for (let tries = 1; ; tries++) {
      try {
        return task.key ? await this.whole(task, contents.get(task.key)!) : await this.map(task, items, contents);
      } catch (error) {
        if (this.signal.aborted || !(error instanceof HoplineError) || failureClass(error) !== 'task') throw error;
        if (!error.permanent && tries < TRIES) continue;
        const reason = `${error.code} ${error.message}`;
        return { result: null, items: [...contents].map(([key, { content }]) => notMade(key, content, reason)) };
      }
    }
  }

  private async map(
    task: PlannedTask,
    items: readonly PlanItem[],
    contents: ReadonlyMap<Digest, CommittedContent>,
  ): Promise<{ result: WorkResult; items: NewVerification[] }> {
    const order = await verifyingMapOrder(this.context, this.inputs, task.node, items);
    const result = await computeInParts(order, {
      node: task.node,
      limits: this.limits,
      compute: (part, { alone }) => this.compute(part, alone),
      log: (line) => console.log(line),
    });
    const step = this.context.graphNode(task.node).step as MapStep;
    return { result, items: await this.reading(() => judgeItems(this.services.store, step, result, contents)) };
  }

  private async whole(task: PlannedTask, stored: CommittedContent): Promise<{ result: WorkResult; items: NewVerification[] }> {
    const result = await this.compute(await verifyingWholeOrder(this.services, this.context, this.inputs, task), false);
    const step = this.context.graphNode(task.node).step as FoldStep | SelectStep | ReduceStep;
    return { result, items: [await this.reading(() => judgeWhole(this.services, step, task, result, stored))] };
  }

  private compute(order: WorkOrder, alone: boolean): Promise<WorkResult> {
    return this.reading(() => this.services.pool.run(order, { signal: this.signal, alone }));
  }

  private reading<T>(work: () => Promise<T>): Promise<T> {
    return withObjects(this.services, this.run.id, this.signal, work);
  }
}

const modelsText = (models: Readonly<Record<string, { name: string; digest: Digest }>>): string | null =>
  Object.entries(models)
    .map(([role, { name, digest }]) => `${role}=${name}@${digest.slice(0, 12)}`)
    .sort()
    .join(' ') || null;
