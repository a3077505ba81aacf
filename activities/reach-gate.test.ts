import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDb } from '../engine/lineage/index.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { openStore } from '../engine/store/open-store.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import { gatedSlots } from './gated-slots.ts';
import { ReachGate } from './reach-gate.ts';

const home = mkdtempSync(join(tmpdir(), 'hopline-gate-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const startPostgres = () => startEmbedded({ home, services: ['postgres'], durable: false });

test('a worker whose database is gone takes no work until it is back', async () => {
  const first = await startPostgres();
  const db = openDb(first.databaseUrl!);
  const lines: string[] = [];
  const gate = new ReachGate({ db, store: openStore(`file://${home}/store`) }, (line) => lines.push(line));
  const { reserveSlot, releaseSlot } = supplierOf(gate);
  const signal = new AbortController().signal;
  try {
    await reserveSlot({}, signal);
    await first.stop();
    gate.note(await db.query('SELECT 1').catch((error: unknown) => error));
    expect(() => gate.assertOpen()).toThrow(HoplineError);
    releaseSlot({});
    let given = false;
    const next = reserveSlot({}, signal).then(() => {
      given = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(given).toBe(false);
    const second = await startPostgres();
    await next;
    gate.assertOpen();
    expect(lines).toEqual([expect.stringMatching(/^takes no work until it is back: DATABASE_URL/), 'takes work again']);
    await db.close();
    await second.stop();
  } finally {
    await first.stop();
  }
});

test('a worker whose store is full takes no work until there is room', async (context) => {
  const disk = join(home, 'disk');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status !== 0)
    return context.skip('needs the right to mount a tmpfs');
  const postgres = await startPostgres();
  const db = openDb(postgres.databaseUrl!);
  try {
    const store = openStore(`file://${disk}`);
    await store.check();
    expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(1 << 20))).toThrow('ENOSPC');
    const gate = new ReachGate({ db, store }, () => undefined);
    gate.note(await store.put(Buffer.alloc(1 << 16), 'text/plain').catch((error: unknown) => error));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(gate.isOpen).toBe(false);
    const opened = new Promise<void>((resolve) => gate.onOpen(resolve));
    rmSync(join(disk, 'filler'));
    await opened;
    gate.assertOpen();
  } finally {
    await db.close();
    await postgres.stop();
    execFileSync('umount', ['-l', disk]);
  }
});

test('errors of the work itself leave the gate open, and a reservation that is not needed any more is taken back', async () => {
  const store = openStore(`file://${home}/store`);
  const gate = new ReachGate({ db: openDb('postgresql://127.0.0.1:1/none'), store }, () => undefined);
  gate.note(new HoplineError('STEP_FAILED', 'no', {}));
  gate.note(new Error('no'));
  gate.assertOpen();
  const { reserveSlot, tryReserveSlot } = supplierOf(gate);
  await reserveSlot({}, new AbortController().signal);
  expect(tryReserveSlot({})).toBeNull();
  const controller = new AbortController();
  const unwanted = reserveSlot({}, controller.signal);
  controller.abort();
  await expect(unwanted).rejects.toBe(controller.signal.reason);
});

interface Supplier {
  reserveSlot(context: object, signal: AbortSignal): Promise<object>;
  tryReserveSlot(context: object): object | null;
  releaseSlot(context: object): void;
}

const supplierOf = (gate: ReachGate): Supplier =>
  (gatedSlots(1, gate).tuner as unknown as { activityTaskSlotSupplier: Supplier }).activityTaskSlotSupplier;
