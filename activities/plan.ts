import { crashPoint } from '../engine/faults/crash-point.ts';
import {
  adoptSource,
  beginPlan,
  currentPlan,
  databaseTime,
  finishPlan,
  getRun,
  openUnits,
  type PlanDraft,
  recordCode,
  setRunState,
  storePlanPage,
} from '../engine/lineage/index.ts';
import { openShards } from '../engine/lineage/open-shards.ts';
import { canonicalJson, type Digest } from '../engine/plan/digest.ts';
import type { Json } from '../engine/plan/json.ts';
import { PlanExpansion, type PreparedPlan, preparePlanOf } from '../engine/plan/make-plan.ts';
import { type PlanBasis, type PlanSources, readPlanBasis } from '../engine/plan/plan-basis.ts';
import { openPlanPage, PLAN_PAGE_TYPE } from '../engine/plan/plan-page.ts';
import type { Plan, RunUnit } from '../engine/plan/plan-types.ts';
import { findPipeline } from '../engine/plan/project.ts';
import { nodesToLookUp } from '../engine/runs/nodes-to-look-up.ts';
import { planWorld } from '../engine/runs/plan-world.ts';
import type { PlannedRun, PlannedUnit } from '../workflows/activities.ts';
import type { WorkerServices } from './worker-services.ts';

type Planner = Pick<WorkerServices, 'db' | 'store' | 'project'>;

interface WrittenPlan {
  plan: Plan;
  planDigest: Digest;
}

/** Plans a run, writes down what is expected, and adopts what exists; or finds the plan that it has, which holds while what it was made
 *  from is the same, and then only asks what is left. Safe to run again at any moment: the same inputs give the same plan, stored pages
 *  stay stored, and what is committed stays committed. */
export async function planRun(services: Planner, runId: string): Promise<PlannedRun> {
  const { db, project } = services;
  const run = await getRun(db, runId);
  if (run.state !== 'RUNNING' && run.state !== 'PAUSED') await setRunState(db, runId, 'PLANNING').catch(ignoreConflict);
  const world = planWorld(db, run);
  const current = await currentPlan(db, runId);
  const basis = await readPlanBasis(findPipeline(project, run.pipeline), run.params, run.seed, world, current.remake);
  const kept = current.inputs === basis.digest ? await readWhole(services, current.planDigest!) : null;
  if (kept) await recordCode(db, runId, await codeOf(basis, world));
  const { plan, planDigest } = kept ?? (await makeAnew(services, runId, basis, world, current.remake));
  crashPoint('plan.adopted');
  if ((await getRun(db, runId)).state !== 'PAUSED') await setRunState(db, runId, 'RUNNING', { planDigest }).catch(ignoreConflict);
  const [open, shards] = [await openUnits(db, runId), await openShards(db, runId)];
  return {
    units: plan.units.map((unit) => ({
      ...unit,
      name: unit.kind === 'stage' ? unit.id : unit.name,
      done: !open.has(unit.id),
      ...openOf(unit, shards),
    })),
  };
}

/** Only where some of a stage's shards are done. */
function openOf({ id, kind, shards }: RunUnit, open: ReadonlyMap<number, number[]>): Pick<PlannedUnit, 'openShards'> {
  const openShards = kind === 'stage' ? open.get(Number(id.slice('stage/'.length))) : undefined;
  return openShards && openShards.length < shards ? { openShards } : {};
}

/** The plan of a run with all of its pages in the store; null when some of it is missing or broken there, for then it is made again. */
async function readWhole({ store }: Planner, planDigest: Digest): Promise<WrittenPlan | null> {
  const bytes = await store.get(planDigest).catch((error: { code?: string }) => {
    if (error.code === 'OBJECT_MISSING' || error.code === 'OBJECT_CORRUPT') return null;
    throw error;
  });
  if (!bytes) return null;
  const plan = JSON.parse(Buffer.from(bytes).toString('utf8')) as Plan;
  for (const page of plan.stages.flatMap((stage) => stage.pages ?? [])) if (!(await store.has(page))) return null;
  return { plan, planDigest };
}

async function makeAnew(
  services: Planner,
  runId: string,
  basis: PlanBasis,
  world: PlanSources,
  remake: readonly string[],
): Promise<WrittenPlan> {
  const since = await databaseTime(services.db);
  const prepared = await preparePlanOf(basis, world);
  const written = await writePages(services, prepared);
  crashPoint('plan.pages-written');
  const draft = await beginPlan(services.db, runId, written.plan, written.planDigest);
  if (draft) await storeDraft(services, prepared, { ...draft, since }, remake);
  return written;
}

/** Puts the plan and its pages into the store, what has rotted there too. */
export async function writePages({ store }: Pick<Planner, 'store'>, prepared: PreparedPlan): Promise<WrittenPlan> {
  const expansion = new PlanExpansion(prepared);
  const pages: Digest[][] = prepared.staging.stages.map(() => []);
  for await (const page of expansion.pages())
    pages[page.header.stage]!.push((await store.put(page.buffer, PLAN_PAGE_TYPE)).digest);
  const plan = expansion.plan(pages);
  const json = Buffer.from(canonicalJson(plan as unknown as Json), 'utf8');
  return { plan, planDigest: (await store.put(json, 'application/json')).digest };
}

/** Page by page, a transaction each; the run has no plan before the last word. */
async function storeDraft(
  { db, store }: Planner,
  prepared: PreparedPlan,
  draft: PlanDraft,
  remake: readonly string[],
): Promise<void> {
  for (const [source, table] of prepared.tables) await adoptSource(db, draft, source, table);
  const look = await nodesToLookUp(db, prepared.graph, remake);
  for (const page of draft.plan.stages.flatMap((stage) => stage.pages!))
    await storePlanPage(db, draft, openPlanPage(await store.get(page)), page, look);
  crashPoint('plan.stored');
  await finishPlan(db, draft, new Set(remake));
}

async function codeOf(basis: PlanBasis, world: PlanSources): Promise<Map<string, Digest>> {
  const code = new Map<string, Digest>();
  for (const { name, step } of basis.graph.values()) code.set(name, await world.codeDigest(step));
  return code;
}

/** Another attempt was faster, or the user paused or cancelled meanwhile: their word stands. */
function ignoreConflict(error: unknown): void {
  if ((error as { code?: string }).code !== 'RUN_STATE_CONFLICT') throw error;
}
