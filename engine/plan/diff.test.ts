import { describe, expect, test } from 'vitest';
import type { PipelineBuilder } from './define-pipeline.ts';
import type { Step } from './define-step.ts';
import { stepId } from './define-step.ts';
import { diffNode, type EarlierNode, firstDifferentPath } from './diff.ts';
import { only } from './handles.ts';
import type { PlanSources } from './plan-basis.ts';
import type { PlannedNode } from './plan-types.ts';
import { everyRow, imagine, RETELLING_PARAMS, rank, retelling, train, worldOf } from './retelling.fixture.ts';
import { makePlan } from './whole-plan.fixture.ts';

const STORIES = ['a red circle', 'two blue squares'];

interface Change {
  texts?: string[];
  params?: Partial<typeof RETELLING_PARAMS>;
  seed?: number;
  world?: Partial<PlanSources>;
  codeOf?: (step: Step) => string;
  build?: (pipeline: PipelineBuilder) => void;
}

async function nodesOf({ texts = STORIES, params, seed = 0, world, codeOf, build }: Change): Promise<PlannedNode[]> {
  const pipeline = build ? { ...retelling, build } : retelling;
  const sources = { ...worldOf(texts, codeOf), ...world };
  return (await makePlan(pipeline, { ...RETELLING_PARAMS, ...params }, seed, sources)).plan.nodes;
}

/** As the database gives them back. */
const asEarlier = (nodes: PlannedNode[]): Map<string, EarlierNode> =>
  new Map(nodes.map((node) => [node.name, JSON.parse(JSON.stringify(node)) as EarlierNode]));

/** Node -> reason, of every node that differs from the earlier plan; told as `hopline plan` tells it. */
async function reasons(earlier: Change, later: Change): Promise<Record<string, string>> {
  const before = asEarlier(await nodesOf(earlier));
  const changed = new Set<string>();
  const told: Record<string, string> = {};
  for (const node of await nodesOf(later)) {
    const { reason } = diffNode(node, before.get(node.name), changed);
    if (reason === null) continue;
    changed.add(node.name);
    told[node.name] = reason;
  }
  return told;
}

describe('why a node must be made again, in words', () => {
  test('nothing, when nothing changed', async () => {
    expect(await reasons({}, {})).toEqual({});
  });

  test('a param of the node, with both values; what follows names its input', async () => {
    expect(await reasons({}, { params: { keep: 3 } })).toEqual({
      keep: 'params.keep 1 -> 3',
      student: 'input keep changed',
      evaluation: 'input student changed',
    });
  });

  test('a text more', async () => {
    expect(await reasons({}, { texts: [...STORIES, 'a star'] })).toMatchObject({
      texts: 'rows 2 -> 3 of dataset stories',
      imagine: 'input texts changed',
      teacher: 'input texts changed',
    });
  });

  test('another text in the place of one', async () => {
    expect(await reasons({}, { texts: ['a red circle', 'a star'] })).toMatchObject({
      texts: 'other rows of dataset stories',
    });
  });

  test('the run’s seed', async () => {
    const told = await reasons({}, { seed: 1 });
    expect(told).toMatchObject({ imagine: 'seed changed', teacher: 'seed changed', caption: 'input imagine changed' });
    expect(told).not.toHaveProperty('texts');
  });

  test('more chains', async () => {
    expect(await reasons({}, { params: { chains: 4 } })).toMatchObject({
      imagine: 'items 4 -> 8',
      caption: 'input imagine changed',
    });
  });

  test('other weights under the same model name', async () => {
    const told = await reasons({}, { world: { model: async (name) => ({ name, digest: name.padEnd(64, '0') }) } });
    expect(told.imagine).toMatch(/^model generator [0-9a-f]{8} -> painter0 \(painter\)$/);
  });

  test('another version of the step, before anything else of it', async () => {
    const imaginary = { ...imagine, version: '2' };
    const build = (step: typeof imagine) => (p: PipelineBuilder) => {
      const { text } = p.source('texts', everyRow, { dataset: 'stories' });
      p.map('imagine', step, {
        inputs: { text },
        models: { generator: 'painter' },
        params: { guidance: step === imagine ? 1 : 2 },
      });
    };
    expect(await reasons({ build: build(imagine) }, { build: build(imaginary) })).toEqual({
      imagine: 'step imagine@1 -> imagine@2',
    });
  });

  test('other wiring', async () => {
    const build = (depth: number) => (p: PipelineBuilder) => {
      const { text } = p.source('texts', everyRow, { dataset: 'stories' });
      const pictures = p.map('imagine', imagine, { inputs: { text }, models: { generator: 'painter' }, depth: 1, fanOut: 2 });
      p.reduce('look', { ...look, inputs: { image: 'image' } }, { inputs: { image: only(pictures, { chains: [depth] }) } });
    };
    expect(await reasons({ build: build(0) }, { build: build(1) })).toEqual({ look: 'inputs are wired otherwise' });
  });

  test('a node that no earlier run has', async () => {
    const build = (p: PipelineBuilder): void => void p.source('texts', everyRow, { dataset: 'stories' });
    expect((await reasons({ build }, {})).keep).toBe('first run with this node');
  });
});

describe('code that changed under the same version', () => {
  const codeChanged = async (later: Change): Promise<string[]> => {
    const before = asEarlier(await nodesOf({}));
    return (await nodesOf(later))
      .filter((node) => diffNode(node, before.get(node.name), new Set()).codeChanged)
      .map((node) => node.name);
  };

  test('is named, and changes no key: samples are reused on the author’s word', async () => {
    const codeOf = (step: Step): string => (step.name === 'imagine' ? 'edited' : stepId(step));
    expect(await codeChanged({ codeOf })).toEqual(['imagine', 'imagine-again']);
    expect(await reasons({}, { codeOf })).toEqual({});
  });

  test('is not named when the version says so, or nothing changed', async () => {
    expect(await codeChanged({})).toEqual([]);
    expect(train.version).toBe('1');
  });
});

test('the first different path is the first in sorted order, at any depth, with both values', () => {
  expect(firstDifferentPath({ b: 1, a: { c: [1, 2] } }, { b: 2, a: { c: [1, 3] } })).toEqual({
    path: 'a.c',
    before: [1, 2],
    after: [1, 3],
  });
  expect(firstDifferentPath({ a: 1 }, { a: 1, b: null })).toEqual({ path: 'b', before: undefined, after: null });
  expect(firstDifferentPath({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toBeNull();
});

const look = { ...rank, kind: 'reduce' as const, name: 'look', inputs: {}, run: async () => ({}) };
