import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { assertConfirmable, confirm } from '../confirm.ts';
import { type RetractInput, retract as retractThing, sampleKey } from '../operations/retract.ts';
import { impactCounts } from '../report/impact-report.ts';
import { UsageError } from '../usage-error.ts';

export interface RetractOptions {
  reason?: string;
  project?: string;
  yes?: boolean;
  dryRun?: boolean;
  withdraw?: boolean;
}

type Kind = 'sample' | 'model' | 'dataset' | 'prompt';

/** Marks something as not to be used any more, or takes the mark back. Shows what rests on it first, and asks. */
export async function retract(context: CommandContext, kind: Kind, what: string, options: RetractOptions): Promise<number> {
  const { reason, project, yes, dryRun, withdraw } = options;
  if (dryRun && withdraw) throw new UsageError('--dry-run and --withdraw must not be given together, got both');
  if (reason === undefined && !dryRun && !withdraw) throw new UsageError('--reason must say why, got none');
  if (kind === 'sample' && !/^[0-9a-f]{8,64}$/.test(what))
    throw new UsageError(`sample must be a key of 64 hex characters or at least 8 of its beginning, got ${what}`);
  if (!dryRun) assertConfirmable(context, yes);
  const client = await connect(context);
  const thing = kind === 'sample' ? await wholeKey(client, what) : what;
  const input: RetractInput = { [kind]: thing, project: project ?? null };
  const ask = async (more: Partial<RetractInput>) =>
    unwrapResult((await client.query(retractThing, { input: { ...input, ...more } })).retract);

  const name = `${kind} ${kind === 'prompt' ? JSON.stringify(thing) : thing}`;
  const { impact } = withdraw && yes ? { impact: null } : await ask({ dryRun: true });
  if (impact && !context.json) context.print(`${name}\n${impactCounts(impact)}`);
  if (dryRun) {
    if (context.json) context.print(JSON.stringify({ retraction: null, impact }));
    return 0;
  }
  if (!(await confirm(context, withdraw ? `take the mark off ${name}?` : `retract ${name}?`, yes))) {
    context.note('nothing was changed');
    return 1;
  }
  const done = await ask(withdraw ? { withdraw: true } : { reason: reason! });
  if (context.json) {
    context.print(JSON.stringify(done));
    return 0;
  }
  context.print(
    `${withdraw ? 'withdrawn' : 'retracted'}${done.retraction?.project ? ` for project ${done.retraction.project}` : ''}`,
  );
  for (const runId of done.impact.runs.slice(0, 10)) context.note(`hopline rerun ${runId} makes again what depended on it`);
  return 0;
}

async function wholeKey(client: ApiClient, prefix: string): Promise<string> {
  const { sampleByPrefix } = await client.query(sampleKey, { prefix });
  if (sampleByPrefix) return sampleByPrefix.key;
  throw new HoplineError('SAMPLE_NOT_FOUND', `sample must exist, got ${prefix}`, { hint: 'hopline samples RUN' });
}
