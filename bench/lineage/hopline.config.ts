import { defineConfig, definePipeline, defineStep, type Handle, type ScoreValue } from 'hopline';
import { z } from 'zod';

const module = import.meta.url;
const version = '1';
const none = z.strictObject({});

const rows = defineStep({
  kind: 'source',
  name: 'rows',
  version,
  module,
  params: none,
  choose: (all) => all.map((row) => row.index),
});

/** Never executed: what these hops made is filled in. */
const draw = defineStep({
  kind: 'map',
  name: 'draw',
  version,
  module,
  params: none,
  inputs: { text: 'text' },
  output: 'image',
  hop: true,
  run: async () => [],
});
const caption = defineStep({
  kind: 'map',
  name: 'caption',
  version,
  module,
  params: none,
  inputs: { image: 'image' },
  output: 'text',
  hop: true,
  run: async () => [],
});
const teacher = defineStep({
  kind: 'fold',
  name: 'teacher',
  version,
  module,
  params: none,
  inputs: { texts: 'text' },
  epochs: () => 1,
  run: async () => ({ state: new Uint8Array(), metrics: {} }),
});
const judge = defineStep({
  kind: 'map',
  name: 'judge',
  version,
  module,
  params: none,
  inputs: { text: 'text', judge: 'checkpoint' },
  output: 'scores',
  run: async () => [],
});

/** Keeps so many of each real sample, those with the lowest loss. What-ifs run it. */
const keep = defineStep({
  kind: 'select',
  name: 'keep',
  version,
  module,
  params: z.strictObject({ keep: z.int().default(2) }),
  inputs: { scores: 'scores' },
  async run({ params, nodes }) {
    const instances = new Map<string, ScoreValue[]>();
    for (const score of await nodes.scores('scores')) {
      const known = instances.get(score.rootKey);
      if (known) known.push(score);
      else instances.set(score.rootKey, [score]);
    }
    return {
      decisions: [...instances.values()].flatMap((scores) =>
        scores
          .sort((a, b) => a.loss - b.loss || (a.sampleKey < b.sampleKey ? -1 : 1))
          .map(({ sampleKey }, rank) => ({
            sampleKey,
            rank,
            kept: rank < params.keep,
            reason: `rank ${rank + 1} of ${scores.length} (keep ${params.keep})`,
          })),
      ),
    };
  },
});

/** The DAG of `largeNodes`. */
const lineage = definePipeline({
  name: 'lineage',
  version,
  description: 'Ten hops whose products are filled in',
  params: z.strictObject({ dataset: z.string() }),
  build(pipeline, { dataset }) {
    let text: Handle<'text'> = pipeline.source('seeds', rows, { dataset }).text;
    for (let hop = 1; hop <= 10; hop += 2) {
      const image = pipeline.map(`hop-${hop}`, draw, { inputs: { text } });
      text = pipeline.map(`hop-${hop + 1}`, caption, { inputs: { image } });
    }
    const state = pipeline.fold('teacher', teacher, { inputs: { texts: text } });
    const scores = pipeline.map('scores', judge, { inputs: { text, judge: state } });
    pipeline.select('keep', keep, { inputs: { scores } });
  },
});

export default defineConfig({ pipelines: [lineage] });
