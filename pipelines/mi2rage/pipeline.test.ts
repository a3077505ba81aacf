import { beforeAll, describe, expect, test } from 'vitest';
import { buildGraph } from '../../engine/plan/build-graph.ts';
import { definePipeline, type Pipeline } from '../../engine/plan/define-pipeline.ts';
import type { JsonObject } from '../../engine/plan/json.ts';
import { resolveParams } from '../../engine/plan/params.ts';
import type { ReaderRow } from '../../engine/plan/project.ts';
import { scenes } from '../../ml/data/scenes/scenes-reader.ts';
import { VARIANTS } from './params.ts';
import { mi2rage as declared } from './pipeline.ts';
import { drawPictures } from './steps/draw-pictures.ts';
import { instances } from './steps/instances.ts';
import { writeCaptions } from './steps/write-captions.ts';
import { type MemoryRun, runInMemory } from './testing/run-in-memory.ts';
import { untrainedModels } from './testing/untrained-models.ts';

const mi2rage = declared as unknown as Pipeline;
const graphOf = (given: JsonObject) => buildGraph(mi2rage, resolveParams(mi2rage, given));

describe('the declaration', () => {
  test.each(['demo', 'study', 'tiny'])('profile %s declares a graph that ends in the report', (profile) => {
    expect([...graphOf({ profile }).keys()].at(-1)).toBe('report');
  });

  test.each(VARIANTS)('%s stands alone', (variant) => {
    const nodes = [...graphOf({ variants: [variant] }).keys()];
    expect(nodes).toContain(`${variant}-student`);
    expect(nodes.includes('images-1')).toBe(variant !== 'text-only' && variant !== 'real');
  });

  test('variants share the pool, the teacher and its scores', () => {
    const graph = graphOf({ variants: [...VARIANTS] });
    const names = [...graph.keys()];
    expect(names.filter((name) => name.startsWith('images-'))).toEqual(['images-1', 'images-2']);
    expect(names.filter((name) => name.includes('teacher'))).toEqual([
      'teacher',
      'teacher-scores',
      'plain-teacher',
      'plain-teacher-scores',
    ]);
    expect(graph.get('shuffled-student')!.inputs.decisions![0]!.node).toBe('full-selection');
    expect(graph.get('direct-student')!.inputs.views).toEqual([
      { node: 'features', medium: 'features', chains: [0], depths: [1] },
    ]);
  });

  test('without a gate none is trained', () => {
    expect([...graphOf({ teacher: { gate: 'none' } }).keys()]).not.toContain('gate');
  });

  test('depth K has K pictures and K - 1 captions on each chain', () => {
    const names = [...graphOf({ generation: { depth: 3 } }).keys()].filter((name) => /^(images|captions)-/.test(name));
    expect(names).toEqual(['images-1', 'captions-1', 'images-2', 'captions-2', 'images-3']);
  });

  test('a param that does not exist is named with its path', () => {
    expect(() => graphOf({ selection: { kept: 3 }, teacher: { gate: 'image' } })).toThrow(
      /params\.selection.*kept[\s\S]*params\.teacher\.gate|params\.teacher\.gate[\s\S]*params\.selection.*kept/,
    );
  });

  test('a text wired where an image is due is a compile error and a run-time error', () => {
    const wrong = definePipeline({
      name: 'wrong',
      version: '1',
      description: 'Wires a text as an image',
      params: declared.params,
      build(pipeline) {
        const { text } = pipeline.source('train', instances, { dataset: 'scenes', params: { part: 'train' } });
        pipeline.map('images', drawPictures, { inputs: { text }, models: { generator: 'tiny-t2i' } });
        // @ts-expect-error a text is not an image
        pipeline.map('captions', writeCaptions, { inputs: { image: text }, models: { captioner: 'tiny-captioner' } });
      },
    }) as unknown as Pipeline;
    expect(() => buildGraph(wrong, resolveParams(wrong))).toThrow(/inputs\.image must be image, got text/);
  });
});

describe('a tiny run of every variant in one process', () => {
  let rows: ReaderRow[];
  let models: Awaited<ReturnType<typeof untrainedModels>>;
  let run: MemoryRun;
  const given = {
    profile: 'tiny',
    variants: [...VARIANTS],
    evaluation: { views: ['real', 'real+synthetic', 'synthetic', 'tda'], chains: 1 },
  };

  beforeAll(async () => {
    rows = [];
    for await (const row of scenes.read({ seed: 0, params: { train: 30, validation: 8, test: 8 } })) rows.push(row);
    models = await untrainedModels();
    run = await runInMemory(mi2rage, given, { rows, seed: 1, models });
  });

  test('makes every sample and score that was declared', () => {
    const count = (node: string) => run.samples.get(node)?.length ?? run.scores.get(node)?.length;
    expect(
      ['images-1', 'captions-1', 'images-2', 'features', 'teacher-scores', 'gate-weights', 'real-features'].map(count),
    ).toEqual([48, 48, 48, 96, 96, 24, 24]);
    expect(count('test-features')).toBe(16);
  });

  test('features are finite and have 134 numbers', () => {
    for (const { features } of run.samples.get('features')!) {
      expect(features).toHaveLength(134);
      expect(features!.every(Number.isFinite)).toBe(true);
    }
  });

  test('selections decide about every picture and keep one of each text', () => {
    for (const node of ['full', 'plain', 'random', 'worst', 'single'].map((variant) => `${variant}-selection`)) {
      const decisions = run.decisions.get(node)!;
      expect(decisions).toHaveLength(96);
      expect(decisions.filter((decision) => decision.kept)).toHaveLength(24);
    }
  });

  test('every variant is measured on both parts, with every set of views at test, and predicts every text', () => {
    for (const variant of VARIANTS) {
      const views = variant === 'text-only' ? ['text'] : ['real', 'real+synthetic', 'synthetic', 'tda'];
      const { metrics, predictions } = run.reduced.get(`${variant}-test`)!;
      expect(predictions).toHaveLength(16 * views.length);
      expect([...new Set(metrics!.map((metric) => metric.mode))]).toEqual(views);
      for (const slice of ['all', 'explicit', 'ambiguous']) {
        for (const name of ['accuracy', 'microF1', 'macroPrecision']) {
          expect(metrics!.find((metric) => metric.name === name && metric.slice === slice)).toMatchObject({
            low: expect.any(Number),
          });
        }
      }
    }
  });

  test('the report has a row for each variant and set of views, with what was made and kept', () => {
    const { rows: table } = run.reduced.get('report')!.result as unknown as { rows: Record<string, unknown>[] };
    expect(table).toHaveLength(1 + 8 * 4);
    expect(table.find((row) => row.variant === 'full' && row.views === 'real')).toMatchObject({
      instances: 24,
      made: 96,
      kept: 24,
    });
    expect(table.find((row) => row.variant === 'direct')).toMatchObject({ made: 24, kept: 24, keptByDepth: { 1: 24 } });
    expect(Buffer.from(run.reduced.get('report')!.files!['report.md']!).toString()).toContain('| full | real |');
  });

  test('the same run again is the same, bit for bit', async () => {
    const again = await runInMemory(mi2rage, { ...given, variants: ['full'] }, { rows, seed: 1, models, threads: 2 });
    const last = (of: MemoryRun, node: string) => Buffer.from(of.states.get(node)!.at(-1)!.bytes).toString('hex');
    for (const node of ['gate', 'teacher', 'full-student']) expect(last(again, node)).toBe(last(run, node));
    expect(again.reduced.get('full-test')!.result).toEqual(run.reduced.get('full-test')!.result);
  });

  test.each(['trajectory', 'out-of-fold'])('the teacher also scores by %s', async (score) => {
    const other = await runInMemory(
      mi2rage,
      { profile: 'tiny', variants: ['full'], teacher: { score, folds: 3 }, data: { instances: 6, evaluated: 2 } },
      { rows, seed: 1, models },
    );
    expect(other.scores.get('teacher-scores')!.every((found) => found.loss > 0)).toBe(true);
  });
});
