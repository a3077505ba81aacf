/** Steps for the tests and benches of the device hosts. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineStep } from '../../plan/define-step.ts';
import { HoplineError } from '../../plan/errors.ts';
import type { MapItem, MapOutput } from '../../plan/step-io.ts';

const { url: module } = import.meta;
const none = z.object({});
const text = (item: MapItem): string => item.inputs.text?.text ?? '';

export const echo = defineStep({
  kind: 'map',
  name: 'echo',
  version: '1',
  module,
  params: none,
  inputs: { text: 'text' },
  output: 'text',
  run: async ({ items }) => items.map((item) => ({ text: `${text(item)}!`, meta: { chain: item.chain } })),
});

export const wait = defineStep({
  kind: 'map',
  name: 'wait',
  version: '1',
  module,
  params: z.object({ milliseconds: z.number() }),
  inputs: { text: 'text' },
  output: 'text',
  run: async ({ items, params }, { signal }) => {
    const started = Date.now();
    await sleep(params.milliseconds, undefined, { signal });
    return items.map((item) => ({ text: text(item), meta: { started, ended: Date.now() } }));
  },
});

/** Says that it has begun by making the file `begun`, and computes until there is a file `end`, in a folder. */
export const hold = defineStep({
  kind: 'map',
  name: 'hold',
  version: '1',
  module,
  params: z.object({ folder: z.string() }),
  inputs: { text: 'text' },
  output: 'text',
  run: async ({ items, params }, { signal }) => {
    writeFileSync(join(params.folder, 'begun'), `${process.pid}`);
    while (!existsSync(join(params.folder, 'end'))) await sleep(5, undefined, { signal });
    return items.map((item) => ({ text: `${text(item)} of ${params.folder}` }));
  },
});

/** Holds its thread, as a native call does; makes the file `begun` first. */
export const block = defineStep({
  kind: 'map',
  name: 'block',
  version: '1',
  module,
  params: z.object({ milliseconds: z.number(), begun: z.string().optional() }),
  inputs: { text: 'text' },
  output: 'text',
  run: async ({ items, params }) => {
    const started = Date.now();
    if (params.begun) writeFileSync(params.begun, '');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, params.milliseconds);
    return items.map((item) => ({ text: text(item), meta: { started, ended: Date.now() } }));
  },
});

/** Goes wrong in the way that the params name. */
export const misbehave = defineStep({
  kind: 'map',
  name: 'misbehave',
  version: '1',
  module,
  params: z.object({ how: z.string() }),
  inputs: { text: 'text' },
  output: 'features',
  run: async ({ items, params }) => {
    if (params.how === 'throw') throw new Error('the weights are odd');
    if (params.how === 'throw named') throw new HoplineError('PROMPT_TOO_LONG', 'prompt must be short', { hint: 'cut it' });
    if (params.how === 'exit') process.exit(7);
    if (params.how === 'too few') return [];
    if (params.how === 'out of heap') fillHeap();
    if (params.how === 'out of limit') fillLimit();
    return items.map((_, index) => misformed(params.how, index));
  },
});

function misformed(how: string, index: number): MapOutput {
  if (how === 'NaN') return { features: Float32Array.of(1, index === 1 ? Number.NaN : 2) };
  if (how === 'text') return { text: 'not features' };
  if (how === 'both') return { text: 'x', features: Float32Array.of(1) };
  if (how === 'failed') return index === 0 ? { failed: 'refused' } : { features: Float32Array.of(index) };
  return { features: Float32Array.of(0.5) };
}

/** Memory outside of the heap, as tensors have it, without ever giving the thread back. */
function fillLimit(): void {
  for (;;) leaked.push(Buffer.alloc(16 * 1024 ** 2, 1));
}

function fillHeap(): void {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, Math.random));
}

export const notAPicture = defineStep({
  kind: 'map',
  name: 'not-a-picture',
  version: '1',
  module,
  params: none,
  inputs: { text: 'text' },
  output: 'image',
  run: async ({ items }) => items.map(() => ({ image: Buffer.from('GIF89a') })),
});

/** Says of each text what the params list, by position. */
export const say = defineStep({
  kind: 'map',
  name: 'say',
  version: '1',
  module,
  params: z.object({ words: z.array(z.string()) }),
  inputs: { text: 'text' },
  output: 'text',
  run: async ({ items, params }) => items.map((_, index) => ({ text: params.words[index]! })),
});

/** The same, and what is blank is meant. */
export const whisper = defineStep({
  kind: 'map',
  name: 'whisper',
  version: '1',
  module,
  params: z.object({ words: z.array(z.string()) }),
  inputs: { text: 'text' },
  output: 'text',
  blank: 'keep',
  run: async ({ items, params }) => items.map((_, index) => ({ text: params.words[index]! })),
});

/** Pictures of 2 x 1 pixels: all white, but for the second, which has two colours, and the third, which breaks off. */
export const paint = defineStep({
  kind: 'map',
  name: 'paint',
  version: '1',
  module,
  params: none,
  inputs: { text: 'text' },
  output: 'image',
  blank: 'fail',
  run: async ({ items }) => {
    const { default: sharp } = await import('sharp');
    const png = (pixels: number[]) =>
      sharp(Buffer.from(pixels), { raw: { width: 2, height: 1, channels: 3 } })
        .png()
        .toBuffer();
    const [white, two] = [await png([255, 255, 255, 255, 255, 255]), await png([255, 255, 255, 0, 0, 0])];
    return items.map((_, index) => ({ image: index === 1 ? two : index === 2 ? two.subarray(0, 40) : white }));
  },
});

export const score = defineStep({
  kind: 'map',
  name: 'score',
  version: '1',
  module,
  params: none,
  inputs: { text: 'text', hint: { medium: 'text', load: false } },
  output: 'scores',
  run: async ({ items }) => items.map((item) => ({ loss: text(item).length / 10, values: { length: text(item).length } })),
});

/** Counts the times that it was opened, in the text it returns. */
export const warmth = defineStep({
  kind: 'map',
  name: 'warmth',
  version: '1',
  module,
  params: none,
  inputs: { text: 'text' },
  models: ['generator'],
  output: 'text',
  run: async ({ items }, context) => {
    const model = context.model('generator');
    const session = await context.warm(`session ${model.digest}`, async () => {
      opened++;
      return { weights: await model.read('weights.bin') };
    });
    const words = `${model.name} ${Buffer.from(session.weights)} ${opened} ${context.device} ${context.threads}`;
    return items.map(() => ({ text: words }));
  },
});
let opened = 0;

/** Keeps 64 MiB that no one gives back. */
export const leak = defineStep({
  kind: 'map',
  name: 'leak',
  version: '1',
  module,
  params: none,
  inputs: { text: 'text' },
  output: 'text',
  run: async ({ items }) => {
    leaked.push(Buffer.alloc(64 * 1024 ** 2, 1));
    return items.map(() => ({ text: `${process.pid}` }));
  },
});
const leaked: Buffer[] = [];

export const keepBest = defineStep({
  kind: 'select',
  name: 'keep-best',
  version: '1',
  module,
  params: z.object({ keep: z.number(), forget: z.number().default(0) }),
  inputs: { scores: 'scores' },
  run: async ({ params, nodes }) => {
    const scores = (await nodes.scores('scores')).sort((a, b) => a.loss - b.loss);
    const decisions = scores.map(({ sampleKey }, rank) => ({
      sampleKey,
      rank,
      kept: rank < params.keep,
      reason: `rank ${rank}`,
    }));
    return { decisions: decisions.slice(params.forget) };
  },
});

export const train = defineStep({
  kind: 'fold',
  name: 'train',
  version: '1',
  module,
  params: z.object({ diverge: z.boolean().default(false) }),
  inputs: { texts: 'text', decisions: 'decisions' },
  epochs: () => 3,
  run: async ({ state, epoch, params, nodes }) => {
    const texts = await nodes.samples('texts');
    const kept = (await nodes.decisions('decisions')).filter((decision) => decision.kept);
    return {
      state: Buffer.concat([state ?? Buffer.from('weights'), Buffer.from(`/${epoch}`)]),
      metrics: { loss: params.diverge ? Number.NaN : texts.length / (epoch + 1) },
      trainedOn: kept.map(({ sampleKey }) => sampleKey),
    };
  },
});

export const evaluate = defineStep({
  kind: 'reduce',
  name: 'evaluate',
  version: '1',
  module,
  params: none,
  inputs: { student: 'checkpoint', texts: { medium: 'text', load: false } },
  run: async ({ nodes }) => {
    const [last, all, texts] = [
      await nodes.checkpoint('student'),
      await nodes.trajectory('student'),
      await nodes.samples('texts'),
    ];
    return {
      metrics: [{ name: 'f1', slice: 'all', value: 0.5 }],
      predictions: texts.map(({ key }) => ({ sampleKey: key, label: 'above', logProbabilities: [0, Number.NEGATIVE_INFINITY] })),
      result: {
        state: Buffer.from(last.bytes).toString(),
        epochs: all.map(({ epoch }) => epoch),
        text: texts[0]?.text ?? 'not loaded',
      },
      files: { 'report.md': Buffer.from('# f1 0.5\n') },
    };
  },
});
