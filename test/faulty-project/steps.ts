import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineStep } from '../../engine/plan/define-step.ts';
import { Philox } from '../../engine/plan/philox.ts';

/** Leaves a line a call where FAULTY_LOG says, so that tests can count what was executed. */
const log = (line: string): void => {
  if (process.env.FAULTY_LOG) appendFileSync(process.env.FAULTY_LOG, `${line}\n`);
};

export const rows = defineStep({
  kind: 'source',
  name: 'faulty-rows',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (all) => all.map((row) => row.index),
});

/** What goes wrong, and with which texts. */
export const faults = z.strictObject({
  poison: z.string().default('').describe('Texts that contain it end the host'),
  how: z.enum(['exit', 'abort', 'kill']).default('exit').describe('The way the host ends'),
  memory: z.number().default(0).describe('MiB that an item needs'),
  blank: z.string().default('').describe('Texts that contain it get no answer'),
  broken: z.string().default('').describe('Texts that contain it make the step throw, while the file whileFile exists'),
  mistake: z.string().default('').describe('The same, with an error that a second try repeats'),
  whileFile: z.string().default('').describe('Default: always'),
  milliseconds: z.number().default(0).describe('Time that a batch takes'),
  untilFile: z.string().default('').describe('A batch takes until there is this file'),
  restless: z.boolean().default(false).describe('Draws anew each time'),
});

export const grow = defineStep({
  kind: 'map',
  name: 'faulty-grow',
  version: '1',
  module: import.meta.url,
  params: faults.extend({ word: z.string() }),
  inputs: { text: 'text' },
  output: 'text',
  hop: true,
  batchSize: 16,
  async run({ items, params }, { signal }) {
    const texts = items.map((item) => item.inputs.text!.text!);
    log(`${params.word} ${items.length} ${texts.map((text) => /\d+/.exec(text)![0]).join(',')}`);
    const has = (part: string): boolean => part !== '' && texts.some((text) => text.includes(part));
    if (has(params.poison)) end(params.how);
    if (!params.whileFile || existsSync(params.whileFile)) {
      if (has(params.broken)) throw new Error(`no answer for ${params.broken}`);
      if (has(params.mistake)) throw new TypeError(`${params.mistake} is not a function`);
    }
    if (params.memory > 0) await holdMemory(items.length * params.memory);
    await sleep(params.milliseconds, undefined, { signal });
    while (params.untilFile && !existsSync(params.untilFile)) await sleep(5, undefined, { signal });
    return items.map((item, index) => {
      const random = params.restless ? Math.floor(Math.random() * 1e9) : new Philox(Buffer.from(item.seed!, 'hex')).int(1000);
      const blank = params.blank && texts[index]!.includes(params.blank);
      return { text: blank ? '  \n' : `${texts[index]} ${params.word} ${random}` };
    });
  },
});

function end(how: 'exit' | 'abort' | 'kill'): void {
  if (how === 'exit') process.exit(3);
  if (how === 'abort') process.abort();
  process.kill(process.pid, 'SIGKILL');
}

/** Long enough for the host's watch to see it, which looks every 100 ms. */
async function holdMemory(mebibytes: number): Promise<void> {
  const held = Array.from({ length: mebibytes }, () => Buffer.alloc(1024 ** 2, 1));
  await sleep(1_500);
  held.length = 0;
}

export const weigh = defineStep({
  kind: 'map',
  name: 'faulty-weigh',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ nan: z.string() }),
  inputs: { text: 'text' },
  output: 'scores',
  batchSize: 16,
  async run({ items, params }) {
    return items.map(({ inputs }) => {
      const text = inputs.text!.text!;
      return { loss: params.nan && text.includes(params.nan) ? Number.NaN : text.length };
    });
  },
});

/** Each state holds what the one before says, and one line more. */
export const learn = defineStep({
  kind: 'fold',
  name: 'faulty-learn',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { texts: 'text' },
  epochs: () => 3,
  async run({ state, epoch, nodes }) {
    log(`epoch ${epoch}`);
    const texts = await nodes.samples('texts');
    return { state: Buffer.concat([state ?? Buffer.alloc(0), Buffer.from(`${epoch} ${texts.length}\n`)]), metrics: { loss: 1 } };
  },
});

export const tally = defineStep({
  kind: 'reduce',
  name: 'faulty-tally',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { texts: 'text', scores: 'scores', model: 'checkpoint' },
  async run({ nodes }) {
    log('tally');
    const model = Buffer.from((await nodes.checkpoint('model')).bytes).toString();
    const texts = (await nodes.samples('texts')).map(({ text }) => text!).sort();
    return { result: { texts, model, scores: (await nodes.scores('scores')).length } };
  },
});
