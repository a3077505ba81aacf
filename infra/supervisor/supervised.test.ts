import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Child, startChild } from '../process/child.ts';
import { Supervised } from './supervised.ts';

test('a process that comes back just as it is asked to stop is ended too', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hopline-supervised-'));
  const children: Child[] = [];
  let relaunching = (): void => undefined;
  const relaunched = new Promise<void>((resolve) => {
    relaunching = resolve;
  });
  const supervised = new Supervised(
    'sleeper',
    async (_, restart) => {
      const child = await startChild({ name: 'sleeper', home, command: 'sleep', args: ['60'], grace: 500 });
      children.push(child);
      if (restart) {
        relaunching();
        await sleep(200);
      }
      return child;
    },
    () => undefined,
  );
  await supervised.start();
  process.kill(children[0]!.identity.pid, 'SIGKILL');
  await relaunched;
  await supervised.stop();
  await children[1]!.exited;
  expect(supervised.status.state).toBe('stopped');
  rmSync(home, { recursive: true, force: true });
});
