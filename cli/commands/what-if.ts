import { join } from 'node:path';
import { HoplineError } from '../../engine/plan/errors.ts';
import { resolveConfig } from '../../infra/config.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { whatIf as askWhatIf } from '../operations/what-if.ts';
import { inOptions } from '../options/in-options.ts';
import { type SelectionRuleOptions, selectionRule } from '../options/selection-rule.ts';
import { whatIfReport } from '../report/what-if-report.ts';
import { readPictures } from '../story/read-pictures.ts';
import { writePictures } from '../story/write-pictures.ts';

export interface WhatIfOptions extends SelectionRuleOptions {
  /** How many of those that enter and of those that leave to show. */
  samples: number;
}

/** What another rule would have kept of a selection, from stored scores: nothing is computed on a device, nothing is stored. */
export async function whatIf(context: CommandContext, given: string, node: string, options: WhatIfOptions): Promise<number> {
  const { samples: first, ...rest } = options;
  const rule = selectionRule(rest);
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
  const { run } = await client.query(askWhatIf, { runId, node, rule, first }).catch((error: unknown) => {
    throw inOptions(error);
  });
  if (!run) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${given}`, { hint: 'hopline runs' });
  const { gained, lost, ...counts } = run.whatIf;
  const changing = [...gained.edges, ...lost.edges].map((edge) => edge.node);
  const pictures = new Map<string, string>();
  const found = await readPictures(client, changing, (key, error) => pictures.set(key, `(not readable: ${error.code})`));
  const folder = join(resolveConfig(context.env, context.cwd).home, 'pictures');
  for (const [key, path] of await writePictures(found, folder)) pictures.set(key, path);
  const flat = ({ edges }: typeof gained) => edges.map(({ loss, node: sample }) => ({ ...sample, loss }));
  context.print(
    context.json
      ? JSON.stringify({ runId, node, ...counts, gained: flat(gained), lost: flat(lost), pictures: Object.fromEntries(pictures) })
      : whatIfReport({ runId, node }, run.whatIf, pictures),
  );
  return 0;
}
