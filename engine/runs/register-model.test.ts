import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type Db, findModel, type ModelInfo, migrate, openDb } from '../lineage/index.ts';
import { sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { ModelAdapter } from '../plan/model-adapter.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { registerModel } from './register-model.ts';
import { registerShippedModels } from './register-shipped-models.ts';
import { verifyModel } from './verify-model.ts';

const adapters = new Map<string, ModelAdapter>([
  ['tiny-t2i', { name: 'tiny-t2i' }],
  ['onnx', { name: 'onnx' }],
]);
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
  const project = {
    pipelines: new Map(),
    readers: new Map(),
    adapters,
    models: [{ name: 'shipped', adapter: 'onnx', folder }],
    datasets: [],
  };
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

const clip: ModelAdapter = {
  name: 'clip',
  recognises: async ({ json }) => ((await json('config.json')) as { model_type?: string } | undefined)?.model_type === 'clip',
  check: async ({ files }) => {
    if (!files.includes('model.onnx')) throw new HoplineError('MODEL_FILE_MISSING', 'model must have model.onnx, got none');
  },
};

test('the adapter is found by the look of the folder, which is checked before anything is stored', async () => {
  const known = new Map([...adapters, ['clip', clip]]);
  const add = (all = known) => registerModel({ db, store, adapters: all }, { name: 'looks', from: folder });
  writeFileSync(join(folder, 'config.json'), '{"model_type": "cl');
  await expect(add()).rejects.toMatchObject({ message: expect.stringContaining('config.json that is no JSON') });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'llama' }));
  await expect(add()).rejects.toMatchObject({ code: 'MODEL_ADAPTER_MISSING', message: expect.stringContaining('"llama"') });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'clip' }));
  await expect(add()).rejects.toMatchObject({ code: 'MODEL_FILE_MISSING' });
  writeFileSync(join(folder, 'model.onnx'), 'graph');
  await expect(add(new Map([...known, ['other', { ...clip, name: 'other' }]]))).rejects.toMatchObject({
    code: 'MODEL_ADAPTER_AMBIGUOUS',
    message: expect.stringContaining('clip and other'),
  });
  expect(await add()).toMatchObject({ adapter: 'clip', files: 4 });
});

const safetensors = (end: number, bytes: number): Buffer => {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [end / 4], data_offsets: [0, end] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(bytes)]);
};

test.each([
  ['pytorch_model.bin', Buffer.from([0x80, 2, 0x8a]), 'MODEL_FILE_UNSAFE'],
  ['weights.dat', Buffer.from([0x80, 4, 0x95, 0x2e]), 'MODEL_FILE_UNSAFE'],
  ['weights.pt', Buffer.from('PK\x03\x04............archive/data.pkl', 'latin1'), 'MODEL_FILE_UNSAFE'],
  ['model.safetensors', safetensors(16, 12), 'MODEL_FILE_INVALID'],
  ['model.safetensors', safetensors(16, 20), 'MODEL_FILE_INVALID'],
  ['model.safetensors', Buffer.alloc(0), 'MODEL_FILE_INVALID'],
  ['model.safetensors', Buffer.from('not safetensors at all'), 'MODEL_FILE_INVALID'],
])('%s that is unsafe or broken is refused whatever the adapter (%#)', async (file, bytes, code) => {
  writeFileSync(join(folder, file), bytes);
  await expect(registerModel({ db, store, adapters }, { name: 'broken', from: folder, adapter: 'onnx' })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(file),
  });
  writeFileSync(join(folder, file), file.endsWith('safetensors') ? safetensors(16, 16) : 'plain bytes');
  expect(await registerModel({ db, store, adapters }, { name: 'mended', from: folder, adapter: 'onnx' })).toMatchObject({
    files: 3,
  });
});

test('a model is verified file by file, and its list of files with them', async () => {
  const { digest } = await registerModel({ db, store, adapters }, { name: 'kept', from: folder, adapter: 'onnx' });
  const verify = async (model: ModelInfo) => verifyModel({ store, folder: join(home, 'cache') }, model);
  const model = await findModel(db, 'kept');
  expect(await verify(model)).toMatchObject({
    name: 'kept',
    digest,
    manifest: 'sound',
    sound: true,
    files: [{}, { state: 'sound' }],
  });
  const object = model.files['weights/a.bin']!;
  const path = join(home, 'store/objects', object.slice(0, 2), object.slice(2));
  rmSync(path);
  expect((await verify(model)).files[1]).toMatchObject({ path: 'weights/a.bin', state: 'missing' });
  writeFileSync(path, 'aab');
  expect(await verify(model)).toMatchObject({ sound: false, files: [{ state: 'sound' }, { state: 'corrupt' }] });
  await registerModel({ db, store, adapters }, { name: 'kept', from: folder, adapter: 'onnx' });
  expect(await verify(model)).toMatchObject({ sound: true });
  const forged = { ...model, files: { ...model.files, 'weights/a.bin': model.files['config.bin']! } };
  expect(await verify(forged)).toMatchObject({ manifest: 'corrupt', sound: false });
  expect(readdirSync(join(home, 'cache'))).toEqual([]);
});
