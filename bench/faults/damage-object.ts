import { chmodSync, closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../engine/plan/digest.ts';
import type { Scene } from './scene.ts';

/** Which of the run's objects: the newest are those that something will still read. */
const NEWEST = 12;

/** Spoils an object that the run has made, on the store's disk. Null when there is none yet. */
export async function damageObject(scene: Scene, how: 'truncate' | 'flip', pick: number): Promise<Digest | null> {
  const objects = await madeObjects(scene);
  const digest = objects[pick % Math.max(1, objects.length)];
  if (digest === undefined) return null;
  const path = join(scene.objects, digest.slice(0, 2), digest.slice(2));
  if (!existsSync(path)) return null;
  chmodSync(path, 0o644);
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    if (how === 'truncate') ftruncateSync(file, pick % size);
    else flipByte(file, pick % size);
  } finally {
    closeSync(file);
    chmodSync(path, 0o444);
  }
  return digest;
}

async function madeObjects(scene: Scene): Promise<Digest[]> {
  try {
    const rows = await scene.attendant.db().query<{ digest: Digest }>(
      `SELECT a.digest FROM artifact a
        WHERE EXISTS (SELECT FROM sample s WHERE s.artifact_id = a.id AND s.derivation_id IS NOT NULL)
           OR EXISTS (SELECT FROM outcome o WHERE o.artifact_id = a.id)
        ORDER BY a.id DESC LIMIT $1`,
      [NEWEST],
    );
    return rows.map(({ digest }) => digest);
  } catch {
    return [];
  }
}

function flipByte(file: number, position: number): void {
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, position);
  byte[0] = byte[0]! ^ 0x40;
  writeSync(file, byte, 0, 1, position);
}
