import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelInfo } from '../lineage/index.ts';
import { type Digest, digestJson } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Store } from '../store/store.ts';

/** A file of a model, as the store has it. */
export interface VerifiedFile {
  path: string;
  digest: Digest;
  state: 'sound' | 'corrupt' | 'missing';
}

export interface VerifiedModel {
  name: string;
  digest: Digest;
  /** Whether the digest is that of the list of files. */
  manifest: 'sound' | 'corrupt';
  files: VerifiedFile[];
  sound: boolean;
}

/** Reads every file of a model from the store again and compares it with its digest, and the list of files with the model's.
 *  @param folder where files are laid down for a moment; on the store's disk that takes no room */
export async function verifyModel({ store, folder }: { store: Store; folder: string }, model: ModelInfo): Promise<VerifiedModel> {
  await mkdir(folder, { recursive: true });
  const here = await mkdtemp(join(folder, 'verify-'));
  try {
    const files: VerifiedFile[] = [];
    for (const [path, digest] of Object.entries(model.files).sort(([a], [b]) => (a < b ? -1 : 1))) {
      files.push({ path, digest, state: await stateOf(store, digest, join(here, String(files.length))) });
    }
    const manifest = digestJson(model.files) === model.digest ? 'sound' : 'corrupt';
    const sound = manifest === 'sound' && files.every(({ state }) => state === 'sound');
    return { name: model.name, digest: model.digest, manifest, files, sound };
  } finally {
    await rm(here, { recursive: true, force: true });
  }
}

async function stateOf(store: Store, digest: Digest, path: string): Promise<VerifiedFile['state']> {
  try {
    await store.getFile(digest, path);
    await rm(path);
    return 'sound';
  } catch (error) {
    if (error instanceof HoplineError && error.code === 'OBJECT_CORRUPT') return 'corrupt';
    if (error instanceof HoplineError && error.code === 'OBJECT_MISSING') return 'missing';
    throw error;
  }
}
