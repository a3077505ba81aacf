import type { RunRow, Tx } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { DecisionOutput } from '../plan/step-io.ts';
import type { RunServices } from '../runs/index.ts';
import { applyRule } from './apply-rule.ts';
import { type Candidates, sampleCandidates, scoredCandidates, type WholeCandidates, wholeCandidates } from './candidates.ts';
import { declaredStep, type MadeSelection, readSelection, sampleParts, scoreParts, scoreRoles } from './read-selection.ts';
import { runStepAgain } from './run-step.ts';
import { compileRule, type SelectionRule } from './selection-rule.ts';

/** What another rule would have kept. */
export interface WhatIf {
  candidates: Candidates;
  /** 1 for each candidate that is kept now, and then. */
  keptNow: Uint8Array;
  keptThen: Uint8Array;
}

/** What another rule would have kept of a run's selection, from stored scores: nothing is computed on a device, nothing is stored.
 *  @throws NODE_NOT_FOUND, WHAT_IF_NODE_INVALID, WHAT_IF_RULE_INVALID, SELECTION_NOT_MADE, WHAT_IF_NO_SCORES, WHAT_IF_TOO_LARGE,
 *  STEP_VERSION_MISMATCH, PARAMS_INVALID, WHAT_IF_NEEDS_BYTES, WHAT_IF_FAILED */
export async function whatIf(
  services: Pick<RunServices, 'db' | 'store' | 'project'>,
  run: Pick<RunRow, 'id' | 'pipeline' | 'params' | 'seed'>,
  nodeName: string,
  rule: SelectionRule,
): Promise<WhatIf> {
  const compiled = compileRule(rule);
  const { db, project } = services;
  const selection = await readSelection(db, run.id, nodeName);
  const parts = judgedBy(selection, rule.scores);
  if ('builtIn' in compiled) {
    const candidates = notNone(
      run.id,
      parts,
      await (parts ? scoredCandidates(db, run.id, parts) : sampleCandidates(db, run.id, samplesOf(selection))),
    );
    const keptNow = await readKept(db, selection, candidates);
    return { candidates, keptNow, keptThen: applyRule(candidates, compiled.builtIn, keptNow) };
  }
  const step = declaredStep(project, run, selection);
  const [role] = scoreRoles(step);
  if (rule.scores !== undefined && role === undefined)
    throw new HoplineError('WHAT_IF_NO_SCORES', `whatIf.rule.scores must be for a selection that reads scores, got ${step.name}`);
  const read = parts ?? samplesOf(selection);
  const candidates = notNone(run.id, parts, await wholeCandidates(db, run.id, read));
  const inputs = { ...selection.inputs, ...(role === undefined || !parts ? {} : { [role]: parts }) };
  const change = { params: compiled.step, inputs, known: new Map([[read, candidates]]) };
  const decisions = await runStepAgain(services, run, step, selection, change);
  return { candidates, keptNow: await readKept(db, selection, candidates), keptThen: keptBy(candidates, decisions) };
}

/** The scores that are ranked: those of the selection, or the same part of another scorer's. */
function judgedBy(selection: MadeSelection, scorer: string | undefined): readonly HandlePart[] | null {
  const own = scoreParts(selection);
  if (scorer === undefined) return own;
  const { chains, depths } = own?.[0] ?? sampleParts(selection)?.[0] ?? {};
  return [{ node: scorer, medium: 'scores', ...(chains ? { chains } : {}), ...(depths ? { depths } : {}) }];
}

const samplesOf = (selection: MadeSelection): readonly HandlePart[] => sampleParts(selection) ?? [];

/** @throws WHAT_IF_NO_SCORES for a scorer that has none */
function notNone<C extends Candidates>(runId: string, scores: readonly HandlePart[] | null, candidates: C): C {
  if (!scores || candidates.count > 0) return candidates;
  throw new HoplineError(
    'WHAT_IF_NO_SCORES',
    `whatIf.rule.scores must be a scorer of run ${runId}, got ${scores[0]!.node} without scores`,
    {
      hint: `hopline show ${runId}`,
    },
  );
}

/** The index of what was kept alone tells. */
async function readKept(db: Tx, { outcomeId }: MadeSelection, { count, ids }: Candidates): Promise<Uint8Array> {
  const [row] = await db.query<{ ids: string | null }>(
    `SELECT string_agg(float8send(sample_id::float8), ''::bytea) AS ids FROM decision WHERE outcome_id = ${outcomeId} AND kept`,
  );
  const packed = Buffer.from(row?.ids ?? '', 'hex');
  const kept = new Set<number>();
  for (let at = 0; at < packed.length; at += 8) kept.add(packed.readDoubleBE(at));
  const now = new Uint8Array(count);
  for (let at = 0; at < count; at++) if (kept.has(ids[at]!)) now[at] = 1;
  return now;
}

function keptBy({ keys, count }: WholeCandidates, decisions: readonly DecisionOutput[]): Uint8Array {
  const kept = new Set<string>();
  for (const decision of decisions) if (decision.kept) kept.add(decision.sampleKey);
  const then = new Uint8Array(count);
  for (let row = 0; row < count; row++) if (kept.has(keys.toString('hex', row * 32, row * 32 + 32))) then[row] = 1;
  return then;
}
