import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildGraph } from './build-graph.ts';
import { definePipeline, type PipelineBuilder } from './define-pipeline.ts';
import type { Step } from './define-step.ts';
import { defineStep } from './define-step.ts';
import { HoplineError } from './errors.ts';
import { type Handle, union } from './handles.ts';
import { caption, everyRow, imagine, RETELLING_PARAMS, rank, retelling } from './retelling.fixture.ts';

test('a declaration becomes nodes in the order of their declaration, with defaults filled in', () => {
  const graph = buildGraph(retelling, RETELLING_PARAMS);
  expect([...graph.keys()]).toEqual([
    'texts',
    'imagine',
    'caption',
    'imagine-again',
    'teacher',
    'teacher-loss',
    'keep',
    'student',
    'evaluation',
  ]);
  expect(graph.get('teacher')!.params).toEqual({ epochs: 2 });
  expect(graph.get('imagine')!.fanOut).toBe(2);
  expect(graph.get('teacher-loss')!.inputs.image!.map((part) => part.node)).toEqual(['imagine', 'imagine-again']);
});

/** What the compiler refuses as well, met at run time: handles that went through an `as`. */
const anyHandle = (handle: Handle): Handle<never> => handle as Handle<never>;

describe('wiring that can’t work is refused with node, role, rule and what was got', () => {
  test.each<[string, string, (pipeline: PipelineBuilder) => void]>([
    [
      'a text where an image is due',
      'node "tell".inputs.image must be image, got text',
      (p) => p.map('tell', caption, { inputs: { image: anyHandle(texts(p)) }, models: { captioner: 'teller' } }),
    ],
    [
      'a union of two mediums',
      'node "paint".inputs.text must be of one medium, got text and image',
      (p) =>
        p.map('paint', imagine, {
          inputs: { text: union(texts(p), anyHandle({ medium: 'text', parts: [{ node: 'texts', medium: 'image' }] })) },
          models,
        }),
    ],
    [
      'a role left open',
      'node "paint".inputs.text must be wired, got nothing',
      (p) => p.map('paint', imagine, { inputs: {} as never, models }),
    ],
    [
      'a role that the step has not',
      'node "paint".inputs must be text, got picture',
      (p) => {
        const text = texts(p);
        p.map('paint', imagine, { inputs: { text, picture: text } as never, models });
      },
    ],
    [
      'a handle of another pipeline',
      'node "paint".inputs.text must come from this pipeline, got elsewhere',
      (p) =>
        p.map('paint', imagine, { inputs: { text: { medium: 'text', parts: [{ node: 'elsewhere', medium: 'text' }] } }, models }),
    ],
    [
      'a union without a part',
      'node "paint".inputs.text must have a part, got an empty union',
      (p) => p.map('paint', imagine, { inputs: { text: { medium: 'text', parts: [] } }, models }),
    ],
    [
      'a model role left open',
      'node "paint".models.generator must name a model, got nothing',
      (p) => p.map('paint', imagine, { inputs: { text: texts(p) } }),
    ],
    [
      'a model role that the step has not',
      'node "paint".models must be generator, got captioner',
      (p) => p.map('paint', imagine, { inputs: { text: texts(p) }, models: { ...models, captioner: 'teller' } }),
    ],
    [
      'one name twice',
      'node "texts".name must be declared once, got a second declaration',
      (p) => {
        texts(p);
        texts(p);
      },
    ],
    [
      'a name that is no kebab case',
      'node "My Texts".name must be kebab case, got My Texts',
      (p) => p.source('My Texts', everyRow, { dataset: 'stories' }),
    ],
    [
      'a fan-out of none',
      'node "paint".fanOut must be a whole number >= 1, got 0',
      (p) => p.map('paint', imagine, { inputs: { text: texts(p) }, models, fanOut: 0 }),
    ],
    [
      'more failures than items',
      'node "paint".maxFailures must be a share, 0 to 1, got 3',
      (p) => p.map('paint', imagine, { inputs: { text: texts(p) }, models, maxFailures: 3 }),
    ],
    [
      'two selections as one',
      'node "twice".inputs.kept must be one node, got 2 nodes',
      (p) => {
        const kept = (name: string): Handle<'decisions'> =>
          p.select(name, rank, {
            inputs: { scores: { medium: 'scores', parts: [{ node: texts(p, `of-${name}`).parts[0]!.node, medium: 'scores' }] } },
          });
        const both = { medium: 'decisions', parts: [...kept('one').parts, ...kept('two').parts] } as Handle<'decisions'>;
        p.reduce('twice', { ...report, inputs: { kept: 'decisions' } }, { inputs: { kept: both } });
      },
    ],
  ])('%s', (_, message, build) => {
    expect(refusal(build)).toMatchObject({ code: 'WIRING_INVALID', message });
  });

  test('params that don’t fit name the node', () => {
    const error = refusal((p) =>
      p.map('paint', imagine, { inputs: { text: texts(p) }, models, params: { guidance: 'much' as never } }),
    );
    expect(error).toMatchObject({ code: 'PARAMS_INVALID' });
    expect(error.message).toMatch(/^node "paint": params\.guidance: /);
  });

  test('a pipeline without nodes says so', () => {
    expect(refusal(() => {})).toMatchObject({ code: 'PIPELINE_INVALID' });
  });
});

describe('a declaration that contradicts itself is refused where it is made', () => {
  const good = {
    kind: 'map',
    name: 'paint',
    version: '1',
    module: import.meta.url,
    params: z.object({}),
    inputs: { text: 'text' },
    output: 'image',
    run: async () => [],
  } as const;
  test.each<[string, object]>([
    ['name must be kebab case, got Paint It', { name: 'Paint It' }],
    ['version must be letters, digits, dots or dashes, got 1 2', { version: '1 2' }],
    ['module must be import.meta.url, got ./paint.ts', { module: './paint.ts' }],
    ['inputs must have a sample role', { inputs: { teacher: 'checkpoint' } }],
    ['subject must be an input role, got picture', { subject: 'picture' }],
  ])('step: %s', (rule, change) => {
    expect(() => defineStep({ ...good, ...change } as unknown as typeof good & Extract<Step, { kind: 'map' }>)).toThrow(rule);
  });

  test.each([
    ['pipeline.name must be kebab case, got My pipeline', { name: 'My pipeline' }],
    ['pipeline "mine".version must be', { version: '' }],
  ])('pipeline: %s', (rule, change) => {
    expect(() =>
      definePipeline({ name: 'mine', version: '1', description: '', params: z.object({}), build() {}, ...change }),
    ).toThrow(rule);
  });
});

const models = { generator: 'painter' };
const report = defineStep({
  kind: 'reduce',
  name: 'report',
  version: '1',
  module: import.meta.url,
  params: z.object({}),
  inputs: {},
  run: async () => ({}),
});
const texts = (p: PipelineBuilder, name = 'texts'): Handle<'text'> => p.source(name, everyRow, { dataset: 'stories' }).text;

function refusal(build: (pipeline: PipelineBuilder) => void): HoplineError {
  try {
    buildGraph({ name: 'mine', version: '1', description: '', params: z.object({}), build }, {});
  } catch (error) {
    if (error instanceof HoplineError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}
