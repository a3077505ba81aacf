import { expect, test } from 'vitest';
import { buildGraph } from './build-graph.ts';
import { definePipeline, type PipelineBuilder } from './define-pipeline.ts';
import { only, union } from './handles.ts';
import { caption, evaluate, everyRow, imagine, judge, RETELLING_PARAMS, rank, retelling, train } from './retelling.fixture.ts';

/** Never called: each `@ts-expect-error` is a promise that the compiler refuses the line below it (`npm run typecheck`). */
function refusedByTheCompiler(p: PipelineBuilder): void {
  const { text, image } = p.source('texts', everyRow, { dataset: 'stories' });
  const models = { generator: 'painter' };

  // @ts-expect-error an image can't be wired where a text is due
  p.map('paint', imagine, { inputs: { text: image }, models });
  // @ts-expect-error a text can't be wired where an image is due
  p.map('tell', caption, { inputs: { image: text } });
  // @ts-expect-error a role is left open
  p.map('paint', imagine, { inputs: {}, models });
  // @ts-expect-error a role that the step has not
  p.map('paint', imagine, { inputs: { text, picture: image }, models });
  // @ts-expect-error a param of the wrong type
  p.map('paint', imagine, { inputs: { text }, params: { guidance: 'much' } });
  // @ts-expect-error texts and pictures have no union that is a picture
  p.map('tell', caption, { inputs: { image: union(text, image) } });
  // @ts-expect-error a checkpoint is not a score
  p.select('keep', rank, { inputs: { scores: p.fold('teacher', train, { inputs: { text } }) } });
  // @ts-expect-error what a map hands on has its step's medium
  p.reduce('evaluation', evaluate, { inputs: { student: p.map('paint', imagine, { inputs: { text }, models }), text } });
  // @ts-expect-error a whole-node result has no chains to take a part of
  only(p.fold('teacher', train, { inputs: { text } }), { chains: [0] });
  // @ts-expect-error a map step can't be used as a selection
  p.select('keep', judge, { inputs: { image, text } });
}

test('params reach `build` with the types of the schema', () => {
  const typed = definePipeline({
    ...retelling,
    name: 'typed',
    build(pipeline, params) {
      const chains: number = params.chains;
      // @ts-expect-error no such param
      expect(params.chans).toBeUndefined();
      // @ts-expect-error a number is no text
      const keep: string = params.keep;
      expect([chains, keep]).toEqual([2, 1]);
      pipeline.source('texts', everyRow, { dataset: 'stories' });
    },
  });
  buildGraph(typed, RETELLING_PARAMS);
});

test('what the compiler lets through, the builder lets through', () => {
  expect(refusedByTheCompiler).toBeTypeOf('function');
  expect(buildGraph(retelling, RETELLING_PARAMS).size).toBe(9);
});
