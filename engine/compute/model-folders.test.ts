import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { ModelFolders, type StoredModel } from './model-folders.ts';

const home = mkdtempSync(join(tmpdir(), 'hopline-folders-'));
let root: string;
let storeFolder: string;
let store: Store;
let model: StoredModel;
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeEach(async () => {
  const own = mkdtempSync(join(home, 'case-'));
  root = join(own, 'cache/models');
  storeFolder = join(own, 'store');
  store = openStore(pathToFileURL(storeFolder).href);
  const unet = await store.put(Buffer.from('graph'), 'application/octet-stream');
  const card = await store.put(Buffer.from('{}'), 'application/octet-stream');
  model = { name: 'sd', digest: sha256('sd'), files: { 'unet/model.onnx': unet.digest, 'model_index.json': card.digest } };
});

test('a model is a folder with its files, made once by many who ask at once', async () => {
  const hosts = Array.from({ length: 6 }, () => new ModelFolders(root, store));
  const folders = await Promise.all(hosts.flatMap((host) => [host.folder(model), host.folder(model)]));
  expect(new Set(folders)).toEqual(new Set([join(root, model.digest)]));
  expect(readFileSync(join(root, model.digest, 'unet/model.onnx'), 'utf8')).toBe('graph');
  expect(readFileSync(join(root, model.digest, 'model_index.json'), 'utf8')).toBe('{}');
  expect(readdirSync(root)).toEqual([model.digest]);
});

test('a model whose object is broken makes no folder, and makes one when it is mended', async () => {
  const object = model.files['unet/model.onnx']!;
  const path = join(storeFolder, 'objects', object.slice(0, 2), object.slice(2));
  rmSync(path);
  writeFileSync(path, 'grape');
  const folders = new ModelFolders(root, store);
  await expect(folders.folder(model)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
  expect(readdirSync(root)).toEqual([]);
  await store.put(Buffer.from('graph'), 'application/octet-stream');
  expect(existsSync(join(await folders.folder(model), 'unet/model.onnx'))).toBe(true);
});

test.each(['../evil', '/etc/evil', 'a/../../evil', 'a//b', 'a\\b', '.'])('a file at %s is refused', async (path) => {
  const files = { [path]: Object.values(model.files)[0]! };
  await expect(new ModelFolders(root, store).folder({ ...model, files })).rejects.toMatchObject({ code: 'MODEL_PATH_INVALID' });
  expect(existsSync(join(root, model.digest))).toBe(false);
});
