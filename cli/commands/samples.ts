import { connect } from '../client/connect.ts';
import { readPages } from '../client/read-pages.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { samples as findSamples, type SampleFilter } from '../operations/samples.ts';
import type { ScoreRange } from '../options/score-ranges.ts';
import { samplesTable } from '../report/samples-table.ts';
import { UsageError } from '../usage-error.ts';

export interface SamplesOptions {
  node?: string;
  kept?: boolean;
  dropped?: boolean;
  failed?: boolean;
  text?: string;
  score?: ScoreRange;
  hop?: number;
  depth?: number;
  chain?: number;
  modality?: 'text' | 'image' | 'features';
  class?: string;
  limit: number;
  all?: boolean;
}

/** Samples of a run, or of all runs, that a filter lets through. */
export async function samples(context: CommandContext, run: string | undefined, options: SamplesOptions): Promise<number> {
  const { limit, all, kept, dropped, modality, class: label, ...rest } = options;
  if (kept && dropped) throw new UsageError('--kept and --dropped must not be given together, got both');
  if (run === undefined && rest.text === undefined && !rest.failed)
    throw new UsageError(
      'samples must be given a run, --text or --failed, got none',
      'hopline samples RUN, or hopline samples --text WORDS',
    );
  if (run === undefined && rest.node !== undefined) throw new UsageError(`--node must come with a run, got ${rest.node} alone`);
  const client = await connect(context);
  const runId = run === undefined ? undefined : await resolveRunId(client, run);
  const filter: SampleFilter = {
    ...picked(rest),
    ...(runId === undefined ? {} : { runId }),
    ...(kept || dropped ? { kept: kept === true } : {}),
    ...(modality === undefined ? {} : { modality: modality.toUpperCase() as Uppercase<typeof modality> }),
    ...(label === undefined ? {} : { label }),
  };
  const { nodes, more } = await readPages(
    all ? Number.POSITIVE_INFINITY : limit,
    async (page) => (await client.query(findSamples, { ...page, filter })).samples,
  );
  if (context.json) context.print(JSON.stringify(nodes));
  else context.print(nodes.length > 0 ? samplesTable(nodes, { runId, node: rest.node }) : 'no such samples');
  if (more && !context.json) context.note(`there are more: --limit ${limit * 5}, --all`);
  return 0;
}

/** Of the options those that the API calls the same. */
const picked = ({ node, failed, text, score, hop, depth, chain }: Partial<SamplesOptions>): SampleFilter => ({
  ...(node === undefined ? {} : { node }),
  ...(failed ? { failed } : {}),
  ...(text === undefined ? {} : { text }),
  ...(score === undefined ? {} : { score }),
  ...(hop === undefined ? {} : { hop }),
  ...(depth === undefined ? {} : { depth }),
  ...(chain === undefined ? {} : { chain }),
});
