import { resolve } from 'node:path';
import { HoplineError } from '../../engine/plan/errors.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { withEngine } from '../client/with-engine.ts';
import type { CommandContext } from '../command-context.ts';
import { setParams } from '../options/set-params.ts';

export interface DataAddOptions {
  reader: string;
  from?: string;
  set: string[];
  seed?: number;
}

/** Reads a dataset with one of the project's readers and registers it, whole or not at all. */
export async function dataAdd(context: CommandContext, name: string, options: DataAddOptions): Promise<number> {
  const params = setParams({}, options.set);
  const registered = await withEngine(context, ({ db, store, project }) => {
    const reader = project.readers.get(options.reader);
    if (!reader) {
      throw new HoplineError(
        'READER_UNKNOWN',
        `--reader must be one of ${[...project.readers.keys()].join(', ')}, got ${options.reader}`,
        {
          hint: 'declare yours in hopline.config.ts: export default defineConfig({ readers: [mine] })',
        },
      );
    }
    return registerDataset(
      { db, store },
      {
        name,
        reader,
        params,
        ...(options.from === undefined ? {} : { from: resolve(context.cwd, options.from) }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
      },
    );
  });
  const { digest, rows, parts, created } = registered;
  const split = Object.entries(parts).map(([part, count]) => `${count} ${part}`);
  const words = `dataset ${name} ${created ? 'registered' : 'was registered already'}: ${rows} rows${split.length > 1 ? ` (${split.join(', ')})` : ''}, digest ${digest}`;
  context.print(context.json ? JSON.stringify(registered) : words);
  return 0;
}
