import { join } from 'node:path';
import { HoplineError } from '../../engine/plan/errors.ts';
import { resolveConfig } from '../../infra/config.ts';
import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { type Sample, sampleDown, sampleUp } from '../operations/lineage.ts';
import { impactReport } from '../report/impact-report.ts';
import { descentTree, originTree } from '../story/origin-tree.ts';
import type { StoryOptions } from '../story/sample-lines.ts';
import { type ShownPictures, showPictures } from '../story/show-pictures.ts';
import { type PictureMode, pictureMode } from '../terminal/picture-mode.ts';
import { drawTree } from '../terminal/tree.ts';
import { UsageError } from '../usage-error.ts';

export interface LineageOptions {
  down?: boolean;
  depth: number;
  /** Default `auto`: what the terminal says that it can; files where there is none, and with `--json`. */
  pictures: PictureMode | 'auto';
}

/** A sample's chain back to the real one; or, with `--down`, everything that depends on it. */
export async function lineage(context: CommandContext, key: string, options: LineageOptions): Promise<number> {
  if (!/^[0-9a-f]{8,64}$/.test(key))
    throw new UsageError(`sample must be a key of 64 hex characters or at least 8 of its beginning, got ${key}`);
  const client = await connect(context);
  return options.down ? tellDescent(context, client, key, options) : tellOrigin(context, client, key, options);
}

async function tellOrigin(context: CommandContext, client: ApiClient, key: string, options: LineageOptions): Promise<number> {
  const { sampleByPrefix: sample } = await client.query(sampleUp, { prefix: key, maxHops: options.depth });
  if (!sample) throw notFound(key);
  const { ancestors, ...own } = sample;
  const pictures = await show(context, client, [own, ...ancestors.edges.map((edge) => edge.sample)], options, LARGE);
  if (context.json) {
    printJson(context, { sample: own, ancestors: ancestors.edges, truncated: isCut(ancestors) }, pictures);
  } else {
    context.print(drawTree(originTree(own, ancestors.edges, storyOptions(context, pictures))));
    if (isCut(ancestors)) context.note('only the nearest hundred ancestors are shown');
  }
  return 0;
}

async function tellDescent(context: CommandContext, client: ApiClient, key: string, options: LineageOptions): Promise<number> {
  const { sampleByPrefix: sample } = await client.query(sampleDown, { prefix: key, maxHops: options.depth });
  if (!sample) throw notFound(key);
  const { descendants, impact, ...own } = sample;
  const pictures = await show(context, client, [own, ...descendants.edges.map((edge) => edge.sample)], options, SMALL);
  if (context.json) {
    printJson(context, { sample: own, descendants: descendants.edges, truncated: isCut(descendants), impact }, pictures);
  } else {
    context.print(drawTree(descentTree(own, descendants.edges, storyOptions(context, pictures))));
    context.print(`\n${impactReport(impact)}`);
    if (isCut(descendants)) context.note('only the nearest hundred descendants are shown; the counts are of more');
  }
  return 0;
}

/** Most room for a picture: of a chain, and of the many that are made of one sample. */
const LARGE = { columns: 32, rows: 16 };
const SMALL = { columns: 16, rows: 8 };

async function show(
  context: CommandContext,
  client: ApiClient,
  samples: Iterable<Sample>,
  { pictures }: LineageOptions,
  most: typeof LARGE,
): Promise<ShownPictures> {
  const { env, cwd, json, stdout } = context;
  const asked = pictures === 'auto' ? pictureMode(env, stdout.isTTY === true) : pictures;
  // Nothing is drawn into JSON; and a terminal draws nothing above its first row.
  const mode = json && asked !== 'none' ? 'files' : asked;
  const rows = Math.max(1, Math.min(most.rows, (stdout.rows ?? 24) - 3));
  return showPictures(client, samples, { mode, folder: join(resolveConfig(env, cwd).home, 'pictures'), most: { ...most, rows } });
}

const storyOptions = ({ stdout }: CommandContext, { places, drawn }: ShownPictures): StoryOptions => ({
  pictures: places,
  drawn,
  ...(stdout.columns ? { columns: stdout.columns } : {}),
});

const printJson = (context: CommandContext, story: object, { places }: ShownPictures): void =>
  context.print(JSON.stringify({ ...story, pictures: Object.fromEntries(places) }));
const isCut = (page: { truncated: boolean; pageInfo: { hasNextPage: boolean } }): boolean =>
  page.truncated || page.pageInfo.hasNextPage;
const notFound = (key: string): HoplineError =>
  new HoplineError('SAMPLE_NOT_FOUND', `sample must exist, got ${key}`, { hint: 'hopline samples RUN lists keys' });
