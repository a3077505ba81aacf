/** What following runs costs: `npm run bench -- events [PART]...`, PART one of notify, latency, fan-out, following-dense, volume, following.
 *  Its own Postgres, with every fsync; the API as a process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiProcess } from '../../api/events/fixtures/api-process.ts';
import { migrate, openDb } from '../../engine/lineage/index.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { fanOut } from './fan-out.ts';
import { following } from './following.ts';
import { followingDense } from './following-dense.ts';
import { latency } from './latency.ts';
import { notify } from './notify.ts';
import type { Scene } from './scene.ts';
import { volume } from './volume.ts';

const all: Record<string, (scene: Scene) => Promise<void>> = {
  notify,
  latency,
  'fan-out': fanOut,
  'following-dense': followingDense,
};
const wanted = process.argv.slice(2);
const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part);

const home = mkdtempSync(join(tmpdir(), 'hopline-bench-events-'));
const embedded = await startEmbedded({ home, services: ['postgres'] });
const databaseUrl = embedded.databaseUrl!;
await migrate(databaseUrl);
const db = openDb(databaseUrl, { max: 16 });
const api = await startApiProcess(databaseUrl);
try {
  for (const [name, part] of Object.entries(all)) if (isWanted(name)) await part({ db, databaseUrl, api });
} finally {
  await api.kill();
  await db.close();
  await embedded.stop();
  rmSync(home, { recursive: true, force: true });
}
if (isWanted('volume')) await volume();
if (isWanted('following')) await following();
