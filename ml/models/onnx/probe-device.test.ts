import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deviceProviders } from './device-providers.ts';
import { probeDevice } from './probe-device.ts';

it('names the providers of a device', () => {
  expect(deviceProviders()).toEqual(['cpu']);
  expect(deviceProviders('cpu:3')).toEqual(['cpu']);
  expect(deviceProviders('cuda:1')).toEqual([{ name: 'cuda', deviceId: 1 }]);
  expect(deviceProviders('webgpu:0')).toEqual(['webgpu']);
  expect(() => deviceProviders('gpu')).toThrowError(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

it('a CPU computes', async () => {
  await probeDevice('cpu:0');
});

it('what this build of onnxruntime lacks is unavailable, by name', async () => {
  const lacking = process.platform === 'darwin' ? 'dml:0' : 'coreml:0';
  await expect(probeDevice(lacking)).rejects.toMatchObject({
    code: 'DEVICE_UNAVAILABLE',
    message: expect.stringContaining(lacking),
    hint: expect.stringContaining('docs/gpu.md'),
  });
});

it.skipIf(existsSync('/dev/nvidiactl'))('CUDA without a GPU is unavailable', async () => {
  await expect(probeDevice('cuda:0')).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' });
});
