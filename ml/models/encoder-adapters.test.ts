import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ModelAdapter, ModelFolder } from '../../engine/plan/model-adapter.ts';
import { adapters } from './adapters.ts';
import { writeTinyBert } from './bert/tiny-bert.fixture.ts';
import { writeTinyVision } from './image-encoder/tiny-vision.fixture.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'encoders-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const folderAt = (at: string): ModelFolder => ({
  path: at,
  files: (readdirSync(at, { recursive: true }) as string[]).sort(),
  json: async (file) => (existsSync(path.join(at, file)) ? JSON.parse(readFileSync(path.join(at, file), 'utf8')) : undefined),
});

const writers = {
  bert: (at: string) => writeTinyBert(at),
  'bert in ONNX': (at: string) => writeTinyBert(at, { weights: 'onnx' }),
  'image-encoder': (at: string) => writeTinyVision(at, { type: 'clip_vision_model' }),
  'image-encoder in ONNX': (at: string) => writeTinyVision(at, { type: 'vit', weights: 'onnx' }),
};

it.each(Object.entries(writers))(
  '%s is recognised by its adapter alone, passes, and gives the same in every trial',
  async (name, write) => {
    const folder = folderAt(write(emptyFolder()));
    const fitting: ModelAdapter[] = [];
    for (const adapter of adapters) if (await adapter.recognises?.(folder)) fitting.push(adapter);
    expect(fitting.map((adapter) => adapter.name)).toEqual([name.split(' ')[0]]);
    await fitting[0]!.check!(folder);
    const trials = await Promise.all([1, 2].map((threads) => fitting[0]!.trial!(folder.path, { device: 'cpu:0', threads })));
    const [first, second] = trials.map((trial) => [...trial['pooled 0']!]) as [number[], number[]];
    expect(first.every(Number.isFinite) && first.some((x) => Math.abs(x) > 1e-3)).toBe(true);
    expect(Math.max(...first.map((x, i) => Math.abs(x - second[i]!)))).toBeLessThan(1e-5);
  },
);

it('a folder that is spoiled does not pass', async () => {
  const folder = folderAt(writers.bert(emptyFolder()));
  truncateSync(path.join(folder.path, 'model.safetensors'), 12_000);
  const adapter = adapters.find(({ name }) => name === 'bert')!;
  await expect(adapter.check!(folder)).rejects.toMatchObject({ code: 'SAFETENSORS_INVALID' });
});
