import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findModel, listModels } from '../../engine/lineage/index.ts';
import { verifyModel } from '../../engine/runs/verify-model.ts';
import { withEngine } from '../client/with-engine.ts';
import type { CommandContext } from '../command-context.ts';

/** Reads the files of one model, or of all, from the store again and compares them with their digests. Exit code 1 when one differs. */
export async function modelsVerify(context: CommandContext, name: string | undefined): Promise<number> {
  const verified = await withEngine(context, async ({ db, store }) => {
    const models = name === undefined ? await listModels(db) : [await findModel(db, name)];
    const found = [];
    for (const model of models) {
      const result = await verifyModel({ store, folder: join(context.env.HOPLINE_HOME ?? tmpdir(), 'cache') }, model);
      found.push(result);
      if (context.json) continue;
      context.print(
        `${model.name} ${model.digest.slice(0, 12)} ${result.sound ? `sound, ${result.files.length} files` : 'BROKEN'}`,
      );
      if (result.manifest === 'corrupt') context.print('  its digest is not that of its list of files');
      for (const { path, state, digest } of result.files) if (state !== 'sound') context.print(`  ${path} ${state} ${digest}`);
    }
    return found;
  });
  if (context.json) context.print(JSON.stringify(verified));
  const broken = verified.filter(({ sound }) => !sound).map((model) => model.name);
  if (broken.length > 0)
    context.note(`hint: hopline models add ${broken[0]} --from DIR puts sound files in the place of broken ones`);
  return broken.length > 0 ? 1 : 0;
}
