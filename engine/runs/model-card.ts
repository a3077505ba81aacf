import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HoplineError } from '../plan/errors.ts';

const ModelCard = z.looseObject({
  adapter: z.string().optional(),
  license: z.string().optional(),
  licence: z.string().optional(),
  /** Where the files came from: a run, a URL. */
  source: z.string().optional(),
});

export type ModelCard = z.output<typeof ModelCard>;

/** What a folder's `model.json` says about the model; nothing where there is none. @throws MODEL_CARD_INVALID */
export async function readModelCard(folder: string): Promise<ModelCard> {
  const path = join(folder, 'model.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return ModelCard.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoplineError(
      'MODEL_CARD_INVALID',
      `${path} must be JSON with texts adapter, license, source, got: ${(cause as Error).message.slice(0, 200)}`,
      { cause },
    );
  }
}
