import { committedBatches, committedStates } from '../../engine/lineage/committed-batches.ts';
import { findNode } from '../../engine/lineage/find-node.ts';
import { getRun, type RunRow, setRunState } from '../../engine/lineage/index.ts';
import type { VerificationOrder } from '../../engine/lineage/verification-order.ts';
import { storeVerificationPlan } from '../../engine/lineage/verification-plan.ts';
import type { MapStep } from '../../engine/plan/define-step.ts';
import { drawNumber, drawThreshold } from '../../engine/plan/draw-tasks.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { Plan, PlannedTask } from '../../engine/plan/plan-types.ts';
import { pageTasks, wholeNodeTasks } from '../../engine/plan/planned-tasks.ts';
import type { PlannedRun, PlannedUnit } from '../../workflows/activities.ts';
import { withObjects } from '../remake/with-objects.ts';
import type { RunContext } from '../run-context.ts';
import type { WorkerServices } from '../worker-services.ts';
import { isDrawn, taskKey } from './drawn-tasks.ts';
import { externalNodes } from './external-nodes.ts';

/** A task of the run that is verified, its number in the stream, and how many things with content it has. */
interface Candidate {
  task: PlannedTask;
  number: number;
  items: number;
}

/** Draws what a verifying run executes again, and writes down what is expected. Safe to run again: the draw is a function of seed and keys, and
 *  the first one that is written down stands. Every unit goes on where its recorded rows end, so none is ever said to be done.
 *  @throws RUN_NOT_VERIFIABLE where nothing is there to compare with */
export async function planVerification(services: WorkerServices, runId: string, signal: AbortSignal): Promise<PlannedRun> {
  const { db } = services;
  const run = await getRun(db, runId);
  const subject = await getRun(db, run.verifiesRunId!);
  const planDigest = run.planDigest ?? subject.planDigest!;
  // What was drawn from once stays the plan, should the run that is verified be resumed with another one meanwhile.
  const context = await withObjects(services, runId, signal, () => services.contexts.get(run.planDigest ? runId : subject.id));
  const candidates = await candidatesOf(services, { ...context, run: subject }, run, signal);
  const order = run.planDigest
    ? run.verification!
    : drawnOrder(run.verification!, candidates, await externalNodes(services, context.plan.nodes));
  const drawn = candidates.filter(({ task, number }) => isDrawn(order, task.node, number));
  if (order.tasks === 0) throw nothingToVerify(subject.id, order);
  const expected = new Map<string, number>();
  for (const { task, items } of drawn) expected.set(task.node, (expected.get(task.node) ?? 0) + items);
  const { plan } = context;
  await storeVerificationPlan(db, runId, { plan, planDigest, order, expected });
  if ((await getRun(db, runId)).state !== 'PAUSED') await setRunState(db, runId, 'RUNNING').catch(ignoreConflict);
  return { units: unitsOf(plan, drawn), verifies: true };
}

/** `share` is of what is not left out: a run's own tasks are as well looked at beside a server's as without. */
function drawnOrder(
  order: VerificationOrder,
  candidates: readonly Candidate[],
  external: ReadonlySet<string>,
): VerificationOrder {
  const own = candidates.filter(({ task }) => !external.has(task.node));
  const numbers = own.map(({ number }) => number);
  const left = candidates.length - own.length;
  const drawn = { ...order, ...drawThreshold(numbers, order.share), of: own.length };
  return left === 0 ? drawn : { ...drawn, external: { tasks: left, nodes: [...external].sort() } };
}

function nothingToVerify(runId: string, { external }: VerificationOrder): HoplineError {
  const got = external
    ? `${external.tasks} tasks that servers made, in ${external.nodes.join(', ')}, and nothing else`
    : 'nothing';
  return new HoplineError('RUN_NOT_VERIFIABLE', `run ${runId} must have committed something to verify, got ${got}`, {
    hint: external
      ? "a server's answers cost again and come out otherwise; their receipts: hopline lineage SAMPLE"
      : `hopline show ${runId}`,
  });
}

/** `context`: of the run that is verified. */
async function candidatesOf(
  services: WorkerServices,
  context: RunContext,
  { id: runId, verification }: RunRow,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const { db } = services;
  const { plan } = context;
  const { seed } = verification!;
  const found: Candidate[] = [];
  for (const digest of plan.stages.flatMap((stage) => stage.pages ?? [])) {
    const page = await withObjects(services, runId, signal, () => context.shard(digest));
    const batches = new Map<string, Map<number, number>>();
    for (const node of page.nodes) {
      const { id } = await findNode(db, context.run.id, node);
      const kind = (context.graphNode(node).step as MapStep).output === 'scores' ? 'score' : 'sample';
      const { batchSize } = context.planned(node);
      batches.set(
        node,
        await committedBatches(db, { nodeId: id, kind, first: page.offset(node), count: page.count(node), batchSize }),
      );
    }
    for (const task of pageTasks(page, plan.nodes)) {
      const items = batches.get(task.node)!.get(task.first / context.planned(task.node).batchSize) ?? 0;
      if (items > 0) found.push({ task, number: drawNumber(seed, taskKey(task, page)), items });
    }
  }
  for (const task of wholeNodeTasks(plan.nodes)) {
    const { id } = await findNode(db, context.run.id, task.node);
    if ((await committedStates(db, id)).includes(task.first)) found.push({ task, number: drawNumber(seed, task.key!), items: 1 });
  }
  return found;
}

/** Nothing waits for anything: what a derivation reads is stored. */
function unitsOf(plan: Plan, drawn: readonly Candidate[]): PlannedUnit[] {
  return plan.units.flatMap((unit): PlannedUnit[] => {
    const isStage = unit.kind === 'stage';
    const own = drawn.filter(({ task }) => (isStage ? unit.id === `stage/${task.stage}` : task.node === unit.name));
    if (own.length === 0) return [];
    const openShards = [...new Set(own.map(({ task }) => task.shard))].sort((a, b) => a - b);
    return [{ ...unit, name: isStage ? unit.id : unit.name, dependsOn: [], done: false, ...(isStage ? { openShards } : {}) }];
  });
}

/** The user paused or cancelled meanwhile: their word stands. */
function ignoreConflict(error: unknown): void {
  if ((error as { code?: string }).code !== 'RUN_STATE_CONFLICT') throw error;
}
