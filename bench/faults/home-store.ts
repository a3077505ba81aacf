import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startS3 } from '../../engine/store/fixtures/start-s3.ts';

/** The store of one home. */
export interface HomeStore {
  kind: 'file' | 's3';
  url: string;
  /** What the home's processes need to reach it. */
  env: NodeJS.ProcessEnv;
  /** Folder of its objects on a disk that we can reach. */
  objects: string;
  /** Ends its server and brings it back after `hold` milliseconds. Only where there is a server. */
  bounce?: (hold: number) => Promise<void>;
  /** Ends its server. */
  release?: () => Promise<void>;
}

/** A folder of the home. */
export function fileStore(home: string): HomeStore {
  const folder = join(home, 'store');
  return { kind: 'file', url: `file://${folder}`, env: { STORE_URL: '' }, objects: join(folder, 'objects') };
}

/** An S3 server of its own for a home, over a copy of what another one stored. */
export async function s3Store(folder: string, template?: string): Promise<HomeStore> {
  mkdirSync(dirname(folder), { recursive: true });
  if (template && existsSync(template)) execFileSync('cp', ['-a', template, folder]);
  let server = await startS3({ folder });
  const { url, env, port, bucketFolder } = server;
  return {
    kind: 's3',
    url,
    env: { ...env, STORE_URL: url },
    objects: join(bucketFolder, 'store/objects'),
    async bounce(hold) {
      await server.stop();
      await sleep(hold);
      server = await startS3({ folder, port });
    },
    release: () => server.stop(),
  };
}
