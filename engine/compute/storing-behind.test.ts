import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type S3Server, startS3 } from '../store/fixtures/start-s3.ts';
import { versitygwProgram } from '../store/fixtures/versitygw-program.ts';
import { openStore } from '../store/open-store.ts';
import { type DevicePool, openDevicePool, type RunOptions } from './device-pool.ts';
import type { RowRef, WorkResult } from './order.ts';
import { mapOrder, putTexts } from './testing/orders.ts';
import { hold } from './testing/steps.ts';

const program = versitygwProgram();
if (!program) console.log('storing behind: skipped, there is no versitygw');

describe.skipIf(!program)('what an order made is stored while the next one computes', () => {
  let folder: string;
  let server: S3Server;
  let rows: RowRef[];
  let pool: DevicePool;
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hopline-behind-'));
    server = await startS3({ folder });
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    rows = await putTexts(openStore(server.url), ['a red circle']);
  });
  afterEach(async () => {
    process.kill(server.pid, 'SIGCONT');
    await pool.close();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** An order that computes until it is told to end. */
  function order(options: RunOptions = {}) {
    const own = join(folder, `order-${count++}`);
    mkdirSync(own);
    const result = pool.run(mapOrder(hold, rows, { folder: own }), options);
    const outcome: { settled?: WorkResult | Error } = {};
    result.then(
      (made) => Object.assign(outcome, { settled: made }),
      (error: Error) => Object.assign(outcome, { settled: error }),
    );
    return {
      result,
      outcome,
      begun: () => vi.waitUntil(() => existsSync(join(own, 'begun')), { timeout: 30_000 }),
      hasBegun: () => existsSync(join(own, 'begun')),
      end: () => writeFileSync(join(own, 'end'), ''),
    };
  }

  /** Two orders: the first has computed and can't be stored as long as the server is stopped, the second computes. */
  async function oneBehind(first: RunOptions = {}) {
    pool = openDevicePool({ devices: [{ name: 'cpu:0', threads: 1 }], storeUrl: server.url, grace: 300 });
    const behind = order(first);
    await behind.begun();
    process.kill(server.pid, 'SIGSTOP');
    const computing = order();
    behind.end();
    await computing.begun();
    expect(behind.outcome.settled).toBeUndefined();
    return { behind, computing };
  }

  it('and is there when it can be stored', async () => {
    const { behind, computing } = await oneBehind();
    process.kill(server.pid, 'SIGCONT');
    expect(await openStore(server.url).has((await behind.result).artifact!.digest)).toBe(true);
    expect(computing.outcome.settled).toBeUndefined();
    computing.end();
    await computing.result;
  });

  it('but no third order begins where two wait for the store', async () => {
    const { behind, computing } = await oneBehind();
    const third = order();
    computing.end();
    await sleep(300);
    expect(third.hasBegun()).toBe(false);
    process.kill(server.pid, 'SIGCONT');
    await Promise.all([behind.result, computing.result, third.begun()]);
    third.end();
    await third.result;
  });

  it('nothing is beside an order that is to be alone', async () => {
    const { behind, computing } = await oneBehind();
    computing.end();
    const alone = order({ alone: true });
    process.kill(server.pid, 'SIGCONT');
    await alone.begun();
    expect([behind.outcome.settled, computing.outcome.settled]).not.toContain(undefined);
    const next = order();
    process.kill(server.pid, 'SIGSTOP');
    alone.end();
    await sleep(300);
    expect(next.hasBegun()).toBe(false);
    process.kill(server.pid, 'SIGCONT');
    await Promise.all([alone.result, next.begun()]);
    next.end();
    await next.result;
  });

  it('an order that is cancelled then leaves the one that computes in peace', async () => {
    const cancel = new AbortController();
    const { behind, computing } = await oneBehind({ signal: cancel.signal });
    const pids = pool.pids();
    cancel.abort();
    await expect(behind.result).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    process.kill(server.pid, 'SIGCONT');
    computing.end();
    await computing.result;
    expect(pool.pids()).toEqual(pids);
  });

  it('a host that dies is the fault of the one that computed; the other is made again', async () => {
    const { behind, computing } = await oneBehind();
    process.kill(pool.pids()[0]!, 'SIGKILL');
    await expect(computing.result).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    process.kill(server.pid, 'SIGCONT');
    expect((await behind.result).items![0]!.text).toContain('a red circle of');
  });
});
