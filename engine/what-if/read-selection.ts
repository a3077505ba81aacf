import type { RunRow, Tx } from '../lineage/index.ts';
import { buildGraph } from '../plan/build-graph.ts';
import { mediumOf, type SelectStep, stepId } from '../plan/define-step.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { JsonObject } from '../plan/json.ts';
import { findPipeline, type Project } from '../plan/project.ts';

/** A selection that a run has made. */
export interface MadeSelection {
  name: string;
  /** `name@version`. */
  step: string;
  params: JsonObject;
  inputs: Record<string, readonly HandlePart[]>;
  outcomeId: number;
}

/** @throws NODE_NOT_FOUND, WHAT_IF_NODE_INVALID for what is no selection, SELECTION_NOT_MADE */
export async function readSelection(db: Tx, runId: string, name: string): Promise<MadeSelection> {
  const [node] = await db.query<Omit<MadeSelection, 'outcomeId'> & { kind: string; outcomeId: number | null }>(
    `SELECT name, kind, step, params, inputs, (SELECT max(x.outcome_id) FROM node_outcome x WHERE x.node_id = n.id) AS "outcomeId"
       FROM node n WHERE run_id = $1 AND name = $2`,
    [runId, name],
  );
  const hint = `hopline show ${runId}`;
  if (!node)
    throw new HoplineError('NODE_NOT_FOUND', `whatIf.node must be ${await selectionsOf(db, runId)}, got ${name}`, { hint });
  if (node.kind !== 'select') {
    const rule = `must be ${await selectionsOf(db, runId)}`;
    throw new HoplineError('WHAT_IF_NODE_INVALID', `whatIf.node ${rule}, got the ${node.kind} ${name}`, { hint });
  }
  if (node.outcomeId === null)
    throw new HoplineError('SELECTION_NOT_MADE', `whatIf.node must have decided already, got ${name} before that`, { hint });
  return { ...node, outcomeId: node.outcomeId };
}

/** Those that can be asked about, in words. */
async function selectionsOf(db: Tx, runId: string): Promise<string> {
  const rows = await db.query<{ name: string }>(
    `SELECT name FROM node WHERE run_id = $1 AND kind = 'select' ORDER BY ordinal LIMIT 50`,
    [runId],
  );
  const names = rows.map((row) => row.name).join(', ');
  return names ? `a selection of run ${runId}: ${names}` : `a selection, and run ${runId} has none`;
}

/** Parts of the first role that holds scores; null for a selection that reads none. */
export function scoreParts(selection: MadeSelection): readonly HandlePart[] | null {
  return Object.values(selection.inputs).find((parts) => parts[0]?.medium === 'scores') ?? null;
}

/** Parts of the first role that holds samples. */
export function sampleParts(selection: MadeSelection): readonly HandlePart[] | null {
  const media = ['text', 'image', 'features'];
  return Object.values(selection.inputs).find((parts) => media.includes(parts[0]?.medium ?? '')) ?? null;
}

/** The step behind a selection, as the project declares it now. @throws PIPELINE_NOT_FOUND, STEP_VERSION_MISMATCH */
export function declaredStep(
  project: Project,
  run: Pick<RunRow, 'id' | 'pipeline' | 'params'>,
  selection: MadeSelection,
): SelectStep {
  const step = buildGraph(findPipeline(project, run.pipeline), run.params).get(selection.name)?.step;
  if (step?.kind === 'select' && stepId(step) === selection.step) return step;
  throw new HoplineError(
    'STEP_VERSION_MISMATCH',
    `node "${selection.name}".step must be ${selection.step}, got ${step ? stepId(step) : 'none'} from the project`,
    {
      hint: 'ask with rule.share, rule.threshold, rule.keepPerInstance, rule.sharePerInstance or rule.randomSeed: these need no step',
    },
  );
}

/** The roles that a step reads scores from. */
export const scoreRoles = (step: SelectStep): string[] =>
  Object.keys(step.inputs).filter((role) => mediumOf(step.inputs[role]!) === 'scores');
