import { HoplineError } from '../../engine/plan/errors.ts';
import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { model as modelQuery } from '../operations/registry.ts';
import { table } from '../terminal/table.ts';

/** One model: what it is, whence, and its files. */
export async function modelsShow(context: CommandContext, name: string, options: { digest?: string }): Promise<number> {
  const client = await connect(context);
  const { model } = await client.query(modelQuery, { name, ...(options.digest ? { digest: options.digest } : {}) });
  if (!model) {
    throw new HoplineError(
      'MODEL_MISSING',
      `model "${name}" must be registered${options.digest ? ' in this version' : ''}, got none`,
      {
        hint: 'hopline models ls',
      },
    );
  }
  if (context.json) {
    context.print(JSON.stringify(model));
    return 0;
  }
  const rows = [
    ['model', model.name],
    ['digest', model.digest],
    ['adapter', model.adapter],
    ['size', `${(Number(model.bytes) / 1e6).toFixed(1)} MB`],
    ['license', model.license ?? '-'],
    ['from', model.source],
    ['registered', model.registeredAt.slice(0, 19)],
  ];
  for (const [title, value] of rows) context.print(`${title!.padEnd(11)} ${value}`);
  context.print('');
  const files = Object.entries(model.files as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  context.print(table([{ title: 'file' }, { title: 'digest' }], files));
  return 0;
}
