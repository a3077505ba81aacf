import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Store } from '../store/store.ts';

export interface StoredModel {
  name: string;
  digest: Digest;
  /** Paths with slashes inside the model folder, and what lies there. */
  files: Record<string, Digest>;
}

/** Registered models as local folders, for what opens files by path (onnxruntime with external data). A folder is made once a machine, under
 *  the model's digest, and checked while it is made; hosts that come at once make it side by side and the first one wins. */
export class ModelFolders {
  readonly #root: string;
  readonly #store: Store;
  readonly #made = new Map<Digest, Promise<string>>();

  /** @param root where the folders lie; may be missing */
  constructor(root: string, store: Store) {
    this.#root = root;
    this.#store = store;
  }

  /** @returns an absolute path; what lies there may be read only
   *  @throws MODEL_PATH_INVALID; OBJECT_MISSING, OBJECT_CORRUPT */
  folder(model: StoredModel): Promise<string> {
    const known = this.#made.get(model.digest);
    if (known) return known;
    const making = this.#make(model);
    this.#made.set(model.digest, making);
    making.catch(() => this.#made.delete(model.digest));
    return making;
  }

  async #make({ name, digest, files }: StoredModel): Promise<string> {
    const folder = join(this.#root, digest);
    if (await stat(folder).catch(() => null)) return folder;
    const part = join(this.#root, `.part-${randomUUID()}`);
    try {
      for (const [path, object] of Object.entries(files)) {
        const inside = join(part, assertInside(name, path));
        await mkdir(dirname(inside), { recursive: true });
        await this.#store.getFile(object, inside);
      }
      await rename(part, folder);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      if (!isTaken(error)) throw error;
    }
    return folder;
  }
}

/** Where this machine keeps them: in the home, else in the folder for temporary files. */
export function openModelFolders(store: Store, home = process.env.HOPLINE_HOME): ModelFolders {
  return new ModelFolders(home ? join(home, 'cache/models') : join(tmpdir(), `hopline-models-${userInfo().uid}`), store);
}

function assertInside(model: string, path: string): string {
  const parts = path.split('/');
  if (!path.startsWith('/') && !path.includes('\\') && !parts.some((part) => part === '' || part === '.' || part === '..'))
    return path;
  throw new HoplineError('MODEL_PATH_INVALID', `model "${model}".files must lie inside its folder, got ${JSON.stringify(path)}`);
}

const isTaken = (error: unknown): boolean => ['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '');
