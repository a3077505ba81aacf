import type { RunRow, Tx } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { DecisionOutput } from '../plan/step-io.ts';
import type { RunServices } from '../runs/index.ts';
import { applyRule } from './apply-rule.ts';
import { type Candidates, sampleCandidates, scoredCandidates } from './candidates.ts';
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
  const selection = await readSelection(services.db, run.id, nodeName);
  const parts = judgedBy(selection, rule.scores);
  const candidates = await readCandidates(services.db, run.id, selection, parts);
  const keptNow = await readKept(services.db, selection, candidates);
  if ('builtIn' in compiled) return { candidates, keptNow, keptThen: applyRule(candidates, compiled.builtIn, keptNow) };
  const step = declaredStep(services.project, run, selection);
  const [role] = scoreRoles(step);
  if (rule.scores !== undefined && role === undefined)
    throw new HoplineError('WHAT_IF_NO_SCORES', `whatIf.rule.scores must be for a selection that reads scores, got ${step.name}`);
  const inputs = { ...selection.inputs, ...(role === undefined || !parts ? {} : { [role]: parts }) };
  const decisions = await runStepAgain(services, run, step, selection, { params: compiled.step, inputs });
  return { candidates, keptNow, keptThen: keptBy(candidates, decisions) };
}

/** The scores that are ranked: those of the selection, or the same part of another scorer's. */
function judgedBy(selection: MadeSelection, scorer: string | undefined): readonly HandlePart[] | null {
  const own = scoreParts(selection);
  if (scorer === undefined) return own;
  const { chains, depths } = own?.[0] ?? sampleParts(selection)?.[0] ?? {};
  return [{ node: scorer, medium: 'scores', ...(chains ? { chains } : {}), ...(depths ? { depths } : {}) }];
}

async function readCandidates(
  db: Tx,
  runId: string,
  selection: MadeSelection,
  scores: readonly HandlePart[] | null,
): Promise<Candidates> {
  const samples = sampleParts(selection);
  const candidates = scores ? await scoredCandidates(db, runId, scores) : await sampleCandidates(db, runId, samples ?? []);
  if (scores && candidates.count === 0)
    throw new HoplineError(
      'WHAT_IF_NO_SCORES',
      `whatIf.rule.scores must be a scorer of run ${runId}, got ${scores[0]!.node} without scores`,
      {
        hint: `hopline show ${runId}`,
      },
    );
  return candidates;
}

/** The index of what was kept alone tells: 8 bytes each. */
async function readKept(db: Tx, selection: MadeSelection, candidates: Candidates): Promise<Uint8Array> {
  const [row] = await db.query<{ ids: string | null }>(
    `SELECT string_agg(int8send(sample_id), ''::bytea) AS ids FROM decision WHERE outcome_id = $1 AND kept`,
    [selection.outcomeId],
  );
  const packed = Buffer.from(row?.ids ?? '', 'hex');
  const kept = new Set<number>();
  for (let at = 0; at < packed.length; at += 8) kept.add(Number(packed.readBigInt64BE(at)));
  return Uint8Array.from(candidates.ids, (id) => (kept.has(id) ? 1 : 0));
}

function keptBy({ keys, count }: Candidates, decisions: readonly DecisionOutput[]): Uint8Array {
  const kept = new Set<string>();
  for (const decision of decisions) if (decision.kept) kept.add(decision.sampleKey);
  const then = new Uint8Array(count);
  for (let row = 0; row < count; row++) if (kept.has(keys.toString('hex', row * 32, row * 32 + 32))) then[row] = 1;
  return then;
}
