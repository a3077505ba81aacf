import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import { openStore } from '../store/open-store.ts';
import type { StoredModel } from './model-folders.ts';
import { testDevices } from './test-device.ts';

const home = mkdtempSync(join(tmpdir(), 'hopline-device-test-'));
const storeUrl = pathToFileURL(join(home, 'store')).href;
let models: (StoredModel & { adapter: string })[];

/** Adapters whose trial does on a device what their name says. */
const PROJECT = `
const numbers = (by) => ({ logits: Float32Array.from({ length: 4 }, (_, index) => index + by(index)) });
const adapter = (name, there) => ({ name, trial: async (folder, { device }) => numbers(device === 'cpu:0' ? () => 0 : there) });
export default {
  adapters: [
    adapter('same', () => 1e-5),
    adapter('other', () => 0.5),
    adapter('nan', (index) => (index === 2 ? NaN : 0)),
    adapter('crash', () => process.kill(process.pid, 'SIGKILL')),
    adapter('throw', () => { throw new Error('an op that the device lacks'); }),
    { ...adapter('loose', () => 0.5), trialTolerance: 0.5 },
    'untried',
  ],
  async probeDevice(device) {
    const { HoplineError } = await import(${JSON.stringify(new URL('../plan/errors.ts', import.meta.url).href)});
    if (device === 'dml:0') throw new HoplineError('DEVICE_UNAVAILABLE', 'device dml:0 must have a driver, got none');
    if (device === 'coreml:0') process.abort();
  },
};`;

beforeAll(async () => {
  writeFileSync(join(home, 'hopline.config.ts'), PROJECT);
  const store = openStore(storeUrl);
  const { digest } = await store.put(Buffer.from('weights'), 'application/octet-stream');
  const model = (adapter: string) => ({ name: `my ${adapter}`, adapter, digest: sha256(adapter), files: { 'w.onnx': digest } });
  models = ['untried', 'same', 'crash', 'other', 'untried', 'nan', 'throw', 'loose'].map(model);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const look = async (device: string, which = models) => {
  const lines: string[] = [];
  const options = { project: home, storeUrl, models: which, log: (line: string) => void lines.push(line) };
  const [tested] = await testDevices([{ name: device, threads: 1 }], options);
  return { tested: tested!, lines };
};

test('models that a device computes as the CPU does are fit; the others are named with the reason', async () => {
  const { tested, lines } = await look('webgpu:0');
  expect(tested.unfit).toEqual({
    [sha256('crash')]: expect.stringContaining('SIGKILL'),
    [sha256('other')]: expect.stringContaining('differ by 0.167 of their magnitude in logits'),
    [sha256('nan')]: expect.stringContaining('Infinity'),
    [sha256('throw')]: 'an op that the device lacks',
  });
  expect(lines).toContainEqual(expect.stringContaining('webgpu:0 computes model my same as a CPU does'));
  expect(lines).toContainEqual(expect.stringContaining('webgpu:0 must not run model my crash'));
});

test('a CPU is not tried, and a device with fit models only has nothing against it', async () => {
  expect((await look('cpu:0')).tested).toEqual({ name: 'cpu:0', threads: 1 });
  const fit = models.filter(({ adapter }) => ['same', 'loose', 'untried'].includes(adapter));
  expect((await look('cuda:0', fit)).tested).toEqual({ name: 'cuda:0', threads: 1 });
});

test('a device that can not compute is unavailable, whether it says so or takes the process with it', async () => {
  await expect(look('dml:0')).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE', message: expect.stringContaining('driver') });
  await expect(look('coreml:0')).rejects.toMatchObject({
    code: 'DEVICE_UNAVAILABLE',
    message: expect.stringContaining('SIGABRT'),
  });
});
