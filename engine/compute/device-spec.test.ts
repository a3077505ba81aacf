import { expect, it } from 'vitest';
import { parseDevices } from './device-spec.ts';

it('makes a CPU host a core, up to four, where nothing is said', () => {
  expect(parseDevices(undefined, 2)).toEqual([
    { name: 'cpu:0', threads: 1 },
    { name: 'cpu:1', threads: 1 },
  ]);
  expect(parseDevices('cpu', 64)).toHaveLength(4);
  expect(parseDevices('', 1)).toEqual([{ name: 'cpu:0', threads: 1 }]);
});

it('takes a list as it is given and shares the cores out', () => {
  expect(parseDevices('cuda:0, cuda:1', 16)).toEqual([
    { name: 'cuda:0', threads: 8 },
    { name: 'cuda:1', threads: 8 },
  ]);
  expect(parseDevices('cpu,cuda:0,webgpu', 9)).toEqual([
    { name: 'cpu:0', threads: 3 },
    { name: 'cuda:0', threads: 3 },
    { name: 'webgpu:0', threads: 3 },
  ]);
  expect(parseDevices('cpu:0,cpu:1,cpu:2', 2).map(({ threads }) => threads)).toEqual([1, 1, 1]);
});

it('names a list that it does not understand', () => {
  for (const text of ['gpu', 'gpu:0', 'cuda:0,cuda:0', 'cuda,cuda:0', 'cuda:0,', 'cuda:x', 'cuda:-1']) {
    expect(() => parseDevices(text, 2)).toThrowError(expect.objectContaining({ code: 'DEVICES_INVALID' }));
  }
});
