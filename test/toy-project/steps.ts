import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineStep } from '../../engine/plan/define-step.ts';
import { Philox } from '../../engine/plan/philox.ts';

/** Leaves a line a call where TOY_LOG says, so that tests can count what was executed. */
const log = (line: string): void => {
  if (process.env.TOY_LOG) appendFileSync(process.env.TOY_LOG, `${line}\n`);
};

export const rows = defineStep({
  kind: 'source',
  name: 'toy-rows',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (all) => all.map((row) => row.index),
});

export const rewrite = defineStep({
  kind: 'map',
  name: 'toy-rewrite',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    word: z.string().default('and'),
    milliseconds: z.number().default(0),
    poison: z.string().default(''),
  }),
  inputs: { text: 'text' },
  output: 'text',
  hop: true,
  batchSize: 4,
  async run(task) {
    log(`rewrite ${task.params.word} ${task.items.map((item) => item.key.slice(0, 8)).join(',')}`);
    await sleep(task.params.milliseconds);
    return task.items.map((item) => {
      if (task.params.poison && item.inputs.text!.text!.includes(task.params.poison)) return { failed: 'the text is poison' };
      const random = new Philox(Buffer.from(item.seed!, 'hex'));
      return { text: `${item.inputs.text!.text} ${task.params.word} ${random.int(1000)}` };
    });
  },
});

export const judge = defineStep({
  kind: 'map',
  name: 'toy-judge',
  // A test raises it between two lives of a house.
  version: process.env.TOY_JUDGE_VERSION ?? '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { text: 'text', judge: 'checkpoint' },
  output: 'scores',
  batchSize: 8,
  async run(task) {
    log(`judge ${task.items.length}`);
    const { bytes } = await task.nodes.checkpoint('judge');
    return task.items.map((item) => ({
      loss: ((Number(item.inputs.text!.text!.match(/\d+$/)![0]) * 31 + bytes[0]!) % 1000) / 1000,
      values: { length: item.inputs.text!.text!.length },
    }));
  },
});

export const keep = defineStep({
  kind: 'select',
  name: 'toy-keep',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ keep: z.int().default(1) }),
  inputs: { scores: 'scores' },
  async run(task) {
    log('keep');
    const scores = [...(await task.nodes.scores('scores'))].sort(
      (a, b) => a.loss - b.loss || (a.sampleKey < b.sampleKey ? -1 : 1),
    );
    return {
      decisions: scores.map((score, rank) => ({
        sampleKey: score.sampleKey,
        kept: rank < task.params.keep,
        rank,
        reason: `rank ${rank + 1} of ${scores.length} (keep ${task.params.keep})`,
      })),
    };
  },
});

export const train = defineStep({
  kind: 'fold',
  name: 'toy-train',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ epochs: z.int().default(3), milliseconds: z.number().default(0), crashOnce: z.string().default('') }),
  inputs: { texts: 'text' },
  epochs: (params) => params.epochs,
  async run(task) {
    log(`epoch ${task.epoch}`);
    if (task.params.crashOnce && task.epoch === 1 && existsSync(task.params.crashOnce)) {
      rmSync(task.params.crashOnce);
      process.kill(process.pid, 'SIGKILL');
    }
    await sleep(task.params.milliseconds);
    const texts = await task.nodes.samples('texts');
    const sum = texts.reduce((total, text) => total + text.text!.length, task.state?.[0] ?? 0);
    return { state: Uint8Array.of(sum % 256, task.epoch), metrics: { loss: 1 / (task.epoch + 1) } };
  },
});

export const count = defineStep({
  kind: 'reduce',
  name: 'toy-count',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { texts: 'text', decisions: 'decisions', model: 'checkpoint' },
  async run(task) {
    log('count');
    const decisions = await task.nodes.decisions('decisions');
    const kept = decisions.filter((decision) => decision.kept).length;
    return {
      metrics: [{ name: 'kept', slice: 'all', value: kept }],
      result: { kept, texts: (await task.nodes.samples('texts')).length },
    };
  },
});
