import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type Db, findModel, migrate, openDb } from '../lineage/index.ts';
import { sha256 } from '../plan/digest.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { registerModel } from './register-model.ts';
import { registerShippedModels } from './register-shipped-models.ts';

const adapters = ['tiny-t2i', 'onnx'];
let home: string;
let folder: string;
let db: Db;
let store: Store;
let stop: () => Promise<void>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hopline-models-'));
  const embedded = await startEmbedded({ home, durable: false, services: ['postgres'] });
  await migrate(embedded.databaseUrl!);
  db = openDb(embedded.databaseUrl!);
  store = openStore(`file://${join(home, 'store')}`);
  stop = async () => {
    await db.close();
    await embedded.stop();
    rmSync(home, { recursive: true, force: true });
  };
});
afterAll(() => stop?.());
beforeEach(() => {
  folder = mkdtempSync(join(home, 'model-'));
  mkdirSync(join(folder, 'weights'));
  writeFileSync(join(folder, 'weights', 'a.bin'), 'aaa');
  writeFileSync(join(folder, 'config.bin'), 'c');
});

test('the files of a folder are stored, and described by model.json, which is no part of them', async () => {
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ adapter: 'onnx', license: 'MIT', source: 'run r1' }));
  writeFileSync(join(folder, 'README.md'), 'words');
  const registered = await registerModel({ db, store, adapters }, { name: 'mine', from: folder });
  expect(registered).toMatchObject({ name: 'mine', adapter: 'onnx', files: 2, size: 4, created: true });
  expect(await findModel(db, 'mine')).toMatchObject({
    licence: 'MIT',
    source: 'run r1',
    files: { 'config.bin': sha256('c'), 'weights/a.bin': sha256('aaa') },
  });
  writeFileSync(join(folder, 'README.md'), 'other words');
  expect(await registerModel({ db, store, adapters }, { name: 'mine', from: folder })).toEqual({ ...registered, created: false });
  writeFileSync(join(folder, 'config.bin'), 'd');
  expect((await registerModel({ db, store, adapters }, { name: 'mine', from: folder })).digest).not.toBe(registered.digest);
});

test('the adapter is found in the header of a safetensors file', async () => {
  const header = JSON.stringify({ __metadata__: { kind: 'tiny-t2i' } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, Buffer.from(header)]));
  expect(await registerModel({ db, store, adapters }, { name: 'found', from: folder })).toMatchObject({
    adapter: 'tiny-t2i',
    files: 3,
  });
});

test('a folder that is missing, empty, links elsewhere or has no known adapter is refused by name', async () => {
  const register = (from: string, adapter?: string) =>
    registerModel({ db, store, adapters }, { name: 'bad', from, ...(adapter ? { adapter } : {}) });
  await expect(register(join(home, 'nowhere'))).rejects.toMatchObject({ code: 'MODEL_FOLDER_MISSING' });
  await expect(register(mkdtempSync(join(home, 'empty-')))).rejects.toMatchObject({ code: 'MODEL_EMPTY' });
  await expect(register(folder)).rejects.toMatchObject({ code: 'MODEL_ADAPTER_MISSING' });
  await expect(register(folder, 'nope')).rejects.toMatchObject({
    code: 'MODEL_ADAPTER_UNKNOWN',
    message: expect.stringContaining('tiny-t2i, onnx'),
  });
  symlinkSync('/etc/hostname', join(folder, 'link'));
  await expect(register(folder, 'onnx')).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' });
  await expect(findModel(db, 'bad')).rejects.toMatchObject({ code: 'MODEL_MISSING' });
});

test('a model that ships is registered and follows its files; one that a user put in its place stays', async () => {
  const project = { pipelines: new Map(), readers: new Map(), adapters, models: [{ name: 'shipped', adapter: 'onnx', folder }] };
  const ship = () => registerShippedModels({ db, store, project });
  const [first] = await ship();
  expect(first).toMatchObject({ name: 'shipped', created: true });
  writeFileSync(join(folder, 'config.bin'), 'newer weights');
  expect((await ship())[0]!.digest).not.toBe(first!.digest);
  const own = mkdtempSync(join(home, 'own-'));
  writeFileSync(join(own, 'w.bin'), 'mine');
  const { digest } = await registerModel({ db, store, adapters }, { name: 'shipped', from: own, adapter: 'onnx' });
  expect(await ship()).toEqual([]);
  expect((await findModel(db, 'shipped')).digest).toBe(digest);
});
