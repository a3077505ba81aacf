import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import type { RunSummary } from '../operations/run-summary.ts';
import { type Verification, verification, verifyRun } from '../operations/verify-run.ts';
import { verificationReport } from '../report/verification-report.ts';
import { UsageError } from '../usage-error.ts';
import { followToEnd } from './watch.ts';

export interface VerifyOptions {
  /** Of the tasks. Default 0.01; never less than one task. */
  share?: number;
  seed?: number;
  detach?: boolean;
  /** The latest verification of the run instead of a new one. */
  latest?: boolean;
}

const SHARE = 0.01;
/** Of what came out otherwise, in words and in JSON. */
const [FEW, MANY] = [20, 100];

/** Executes a share of a run's tasks again, follows that, and says what came out. Exit code 1 when anything did otherwise. */
export async function verify(context: CommandContext, given: string, options: VerifyOptions): Promise<number> {
  const { share, seed, detach, latest } = options;
  if (latest && (share !== undefined || seed !== undefined || detach))
    throw new UsageError('--latest must be given alone, got --share, --seed or --detach with it');
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
  const { runId: verifier, finished } = latest
    ? await latestOf(client, runId)
    : await start(client, runId, { share: share ?? SHARE, seed: seed ?? null });
  if (detach) {
    context.print(context.json ? JSON.stringify({ runId, verifiedBy: verifier }) : `run ${verifier}`);
    if (!context.json) context.note(`hopline verify ${runId} --latest`);
    return 0;
  }
  if (!latest) context.note(`run ${verifier} verifies ${runId}`);
  if (!finished && !(await followToEnd(context, client, verifier))) return 130;
  const found = await report(client, verifier, context.json ? MANY : FEW);
  context.print(context.json ? jsonOf(found) : verificationReport(found.runId, found.verification));
  const { run, mismatch } = found.verification;
  if (run.error && !context.json) context.note(`error[${run.error.code}] ${run.error.message}`);
  return run.state === 'SUCCEEDED' && mismatch === 0 ? 0 : 1;
}

const start = async (client: ApiClient, runId: string, order: { share: number; seed: number | null }): Promise<RunSummary> =>
  unwrapResult((await client.query(verifyRun, { runId, ...order })).verifyRun).run;

async function latestOf(client: ApiClient, runId: string): Promise<RunSummary> {
  const { run } = await client.query(verification, { id: runId, first: 1 });
  if (!run) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${runId}`, { hint: 'hopline runs' });
  if (run.verification) return run.verification.run;
  throw new HoplineError('VERIFICATION_NOT_FOUND', `run ${runId} must have been verified, got no verification`, {
    hint: `hopline verify ${runId} --share ${SHARE}`,
  });
}

interface Found {
  /** The run that was verified. */
  runId: string;
  verification: Verification;
}

async function report(client: ApiClient, verifier: string, first: number): Promise<Found> {
  const { run } = await client.query(verification, { id: verifier, first });
  if (!run?.verification || !run.verifies)
    throw new HoplineError('VERIFICATION_NOT_FOUND', `run ${verifier} must verify another run, got one that doesn't`);
  return { runId: run.verifies.runId, verification: run.verification };
}

function jsonOf({ runId, verification: found }: Found): string {
  const { run, mismatches, ...rest } = found;
  const { runId: verifiedBy, state, error } = run;
  return JSON.stringify({
    runId,
    verifiedBy,
    state,
    ...(error ? { error } : {}),
    ...rest,
    mismatches: mismatches.edges.map(({ node }) => node),
  });
}
