import { join } from 'node:path';
import { HoplineError } from '../../engine/plan/errors.ts';
import { resolveConfig } from '../../infra/config.ts';
import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { sampleDown, sampleUp } from '../operations/lineage.ts';
import { impactReport } from '../report/impact-report.ts';
import { descentTree, originTree } from '../story/origin-tree.ts';
import { writePictures } from '../story/write-pictures.ts';
import { drawTree } from '../terminal/tree.ts';
import { UsageError } from '../usage-error.ts';

export interface LineageOptions {
  down?: boolean;
  depth: number;
}

/** A sample's chain back to the real one; or, with `--down`, everything that depends on it. Pictures are written as files. */
export async function lineage(context: CommandContext, key: string, options: LineageOptions): Promise<number> {
  if (!/^[0-9a-f]{8,64}$/.test(key))
    throw new UsageError(`sample must be a key of 64 hex characters or at least 8 of its beginning, got ${key}`);
  const client = await connect(context);
  const variables = { prefix: key, maxHops: options.depth };
  return options.down ? tellDescent(context, client, variables) : tellOrigin(context, client, variables);
}

interface Question {
  prefix: string;
  maxHops: number;
}

async function tellOrigin(context: CommandContext, client: ApiClient, question: Question): Promise<number> {
  const { sampleByPrefix: sample } = await client.query(sampleUp, question);
  if (!sample) throw notFound(question.prefix);
  const { ancestors, ...own } = sample;
  const pictures = await writePictures(client, [own, ...ancestors.edges.map((edge) => edge.sample)], picturesFolder(context));
  if (context.json)
    context.print(
      JSON.stringify({
        sample: own,
        ancestors: ancestors.edges,
        truncated: isCut(ancestors),
        pictures: Object.fromEntries(pictures),
      }),
    );
  else {
    context.print(drawTree(originTree(own, ancestors.edges, { pictures })));
    if (isCut(ancestors)) context.note('only the nearest hundred ancestors are shown');
  }
  return 0;
}

async function tellDescent(context: CommandContext, client: ApiClient, question: Question): Promise<number> {
  const { sampleByPrefix: sample } = await client.query(sampleDown, question);
  if (!sample) throw notFound(question.prefix);
  const { descendants, impact, ...own } = sample;
  const pictures = await writePictures(client, [own, ...descendants.edges.map((edge) => edge.sample)], picturesFolder(context));
  if (context.json)
    context.print(
      JSON.stringify({
        sample: own,
        descendants: descendants.edges,
        truncated: isCut(descendants),
        impact,
        pictures: Object.fromEntries(pictures),
      }),
    );
  else {
    context.print(drawTree(descentTree(own, descendants.edges, { pictures })));
    context.print(`\n${impactReport(impact)}`);
    if (isCut(descendants)) context.note('only the nearest hundred descendants are shown; the counts are of all');
  }
  return 0;
}

const isCut = (page: { truncated: boolean; pageInfo: { hasNextPage: boolean } }): boolean =>
  page.truncated || page.pageInfo.hasNextPage;
const picturesFolder = (context: CommandContext): string => join(resolveConfig(context.env, context.cwd).home, 'pictures');
const notFound = (key: string): HoplineError =>
  new HoplineError('SAMPLE_NOT_FOUND', `sample must exist, got ${key}`, { hint: 'hopline show RUN' });
