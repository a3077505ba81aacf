import { resolve } from 'node:path';
import { registerModel } from '../../engine/runs/register-model.ts';
import { withEngine } from '../client/with-engine.ts';
import type { CommandContext } from '../command-context.ts';

/** Registers a folder of files as a model. */
export async function modelsAdd(
  context: CommandContext,
  name: string,
  options: { adapter?: string; from: string },
): Promise<number> {
  const registered = await withEngine(context, ({ db, store, project }) =>
    registerModel(
      { db, store, adapters: project.adapters },
      { name, from: resolve(context.cwd, options.from), ...(options.adapter === undefined ? {} : { adapter: options.adapter }) },
    ),
  );
  const { digest, adapter, files, size, created } = registered;
  const words = `model ${name} ${created ? 'registered' : 'was registered already'}: ${files} files, ${(size / 1e6).toFixed(1)} MB, adapter ${adapter}, digest ${digest}`;
  context.print(context.json ? JSON.stringify(registered) : words);
  return 0;
}
