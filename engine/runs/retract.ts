import { type Impact, impactOfThing } from '../lineage/impact-of.ts';
import {
  findVersion,
  markRetracted,
  type RetractedThing,
  type RetractionRow,
  type Tx,
  withdrawRetraction,
} from '../lineage/index.ts';
import { resolveSample } from '../lineage/resolve-sample.ts';
import type { Visibility } from '../lineage/visibility.ts';
import { type Digest, sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { isStorable, UNSTORABLE } from '../plan/unstorable-text.ts';
import type { RunServices } from './services.ts';

/** Exactly one of the four. */
export interface RetractRequest {
  /** Its key. */
  sample?: Digest;
  /** A name (its latest version) or a digest. */
  model?: string;
  dataset?: string;
  /** A text, word for word: every sample that says exactly this. */
  prompt?: string;
  /** For people. Needed to mark. */
  reason?: string;
  /** Says what it would reach, and changes nothing. */
  dryRun?: boolean;
  /** Takes the mark back. */
  withdraw?: boolean;
}

export interface RetractOutcome {
  thing: RetractedThing;
  /** The mark as it is now, or as it was before it was withdrawn; null for a dry run. */
  retraction: RetractionRow | null;
  /** What rests on it, as far as the viewer sees. */
  impact: Impact;
}

const LONGEST_REASON = 2_000;
/** What the text index knows of a text; see `samplesSaying`. */
const KEPT_OF_PROMPT = 20_000;

/** Marks something as not to be used any more, or takes the mark back, and says what rests on it. Nothing is deleted, and no run is stopped: plans
 *  made from then on leave it out, and a rerun of a run that has it makes again what depended on it, and nothing else. A viewer who is bound to a
 *  project retracts for that project alone.
 *  @throws RETRACT_INVALID, SAMPLE_NOT_FOUND, MODEL_MISSING, DATASET_MISSING, RETRACTION_NOT_FOUND; nothing is changed then */
export async function retract(
  { db }: Pick<RunServices, 'db'>,
  request: RetractRequest,
  viewer: { name: string | null; visibility: Visibility },
): Promise<RetractOutcome> {
  const { reason = '', dryRun = false, withdraw = false } = request;
  const { visibility } = viewer;
  assertConsistent(request);
  const thing = await findThing(db, request, visibility);
  const impact = await impactOfThing(db, thing, visibility);
  if (dryRun) return { thing, retraction: null, impact };
  const mark = { ...thing, reason, by: viewer.name, projectId: visibility, runs: impact.runs };
  const retraction = withdraw ? await withdrawRetraction(db, mark) : await markRetracted(db, mark);
  if (retraction) return { thing, retraction, impact };
  throw new HoplineError('RETRACTION_NOT_FOUND', `retract.withdraw must name what is retracted, got ${thing.kind} ${thing.key}`, {
    hint: 'a token of one project withdraws what was retracted for that project',
  });
}

async function findThing(db: Tx, request: RetractRequest, visibility: Visibility): Promise<RetractedThing> {
  const { sample, model, dataset, prompt } = request;
  if (model !== undefined) return versionThing(db, 'model', model);
  if (dataset !== undefined) return versionThing(db, 'dataset', dataset);
  if (prompt !== undefined) return { kind: 'prompt', key: sha256(prompt), name: [...prompt].slice(0, KEPT_OF_PROMPT).join('') };
  await resolveSample(db, sample!, visibility);
  return { kind: 'sample', key: sample!, name: null };
}

const versionThing = async (db: Tx, kind: 'model' | 'dataset', named: string): Promise<RetractedThing> => {
  const { name, digest } = await findVersion(db, kind, named);
  return { kind, key: digest, name };
};

function assertConsistent({ sample, model, dataset, prompt, reason, dryRun, withdraw }: RetractRequest): void {
  const wrong = (rule: string, got: string): HoplineError => new HoplineError('RETRACT_INVALID', `retract.${rule}, got ${got}`);
  const given = Object.entries({ sample, model, dataset, prompt }).filter(([, value]) => value !== undefined);
  if (given.length !== 1)
    throw wrong('input must name one of sample, model, dataset, prompt', given.map(([name]) => name).join(', ') || 'none');
  if (given[0]![1] === '') throw wrong(`${given[0]![0]} must not be empty`, 'nothing');
  if (prompt !== undefined && !isStorable(prompt)) throw wrong(`prompt ${UNSTORABLE}`, 'one');
  if (sample !== undefined && !/^[0-9a-f]{64}$/.test(sample))
    throw wrong('sample must be a key of 64 lower-case hex characters', sample.slice(0, 80));
  if (reason !== undefined && !isStorable(reason)) throw wrong(`reason ${UNSTORABLE}`, 'one');
  if (reason !== undefined && reason.length > LONGEST_REASON)
    throw wrong(`reason must have ${LONGEST_REASON} characters at most`, `${reason.length}`);
  if (dryRun && withdraw) throw wrong('dryRun must be left out with withdraw', 'both');
  if (!dryRun && !withdraw && !reason?.trim()) throw wrong('reason must say why', 'nothing');
}
