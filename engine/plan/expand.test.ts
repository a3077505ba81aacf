import { describe, expect, test } from 'vitest';
import { buildGraph } from './build-graph.ts';
import type { PipelineBuilder } from './define-pipeline.ts';
import { digestSet } from './digest.ts';
import { expand } from './expand.ts';
import { expansionOf, MODELS, STORIES } from './expansion.fixture.ts';
import { type Handle, only } from './handles.ts';
import { contentDigest, derivationKey } from './keys.ts';
import { compare, shout } from './odd-steps.fixture.ts';
import type { PlanItem } from './plan-types.ts';
import { caption, evaluate, everyRow, imagine, retelling, train } from './retelling.fixture.ts';
import { nodeSeed } from './seeds.ts';

describe('chains', () => {
  const place = ({ root, chain, depth, hop }: PlanItem): number[] => [root, chain, depth, hop];

  test('are counted from the fan-out on, with the depth that the node sets and one hop a generator call', () => {
    const { items } = expansionOf({ texts: ['one', 'two'] });
    expect(items.get('imagine')!.map(place)).toEqual([
      [0, 0, 1, 1],
      [0, 1, 1, 1],
      [1, 0, 1, 1],
      [1, 1, 1, 1],
    ]);
    expect(items.get('caption')!.map(place)[1]).toEqual([0, 1, 1, 2]);
    expect(items.get('imagine-again')!.map(place)[3]).toEqual([1, 1, 2, 3]);
  });

  test('have a seed each, and one for every hop', () => {
    const { items } = expansionOf();
    const seeds = ['imagine', 'caption', 'imagine-again'].flatMap((node) => items.get(node)!.map((item) => item.seed));
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test('of a step that draws nothing are told apart by their place', () => {
    const { items } = expansionOf({}, (p) => {
      const { text } = p.source('texts', everyRow, { dataset: 'stories' });
      p.map('shout', shout, { inputs: { text }, fanOut: 3 });
    });
    expect(new Set(items.get('shout')!.map((item) => item.key)).size).toBe(3 * STORIES.length);
    expect(items.get('shout')!.every((item) => item.seed === null)).toBe(true);
  });

  test('of a union stand row by row: each root’s items together', () => {
    const { items } = expansionOf();
    expect(
      items
        .get('teacher-loss')!
        .map(({ root, chain, depth }) => [root, depth, chain])
        .slice(0, 5),
    ).toEqual([
      [0, 1, 0],
      [0, 1, 1],
      [0, 2, 0],
      [0, 2, 1],
      [1, 1, 0],
    ]);
  });
});

describe('another role’s item', () => {
  const parentsOf = (item: PlanItem, role: string): string[] =>
    item.parents.filter((parent) => parent.role === role).map(({ key }) => key);
  const paired = (p: PipelineBuilder): Record<'text' | 'pictures' | 'told', Handle<never>> => {
    const { text } = p.source('texts', everyRow, { dataset: 'stories' });
    const pictures = p.map('imagine', imagine, { inputs: { text }, models: { generator: 'painter' }, fanOut: 2, depth: 1 });
    const told = p.map('caption', caption, { inputs: { image: pictures }, models: { captioner: 'teller' } });
    return { text, pictures, told } as unknown as Record<'text' | 'pictures' | 'told', Handle<never>>;
  };

  test('is that of the same root, chain and depth', () => {
    const { items } = expansionOf({}, (p) => {
      const { pictures, told } = paired(p);
      p.map('compare', compare, { inputs: { image: pictures, text: told } });
    });
    expect(items.get('compare')!.flatMap((item) => parentsOf(item, 'text'))).toEqual(
      items.get('caption')!.map((item) => item.key),
    );
  });

  test('is the root’s only one for every chain', () => {
    const { items } = expansionOf({}, (p) => {
      const { pictures, text } = paired(p);
      p.map('compare', compare, { inputs: { image: pictures, text } });
    });
    expect(items.get('compare')!.map((item) => parentsOf(item, 'text')[0])).toEqual(
      STORIES.flatMap((text) => [contentDigest(text), contentDigest(text)]),
    );
  });

  test('is that of the same row, also where two rows have one text', () => {
    const rows = ['one picture', 'another'].map((picture) => ({
      textKey: contentDigest('a red circle'),
      imageKey: contentDigest(picture),
    }));
    const build = (p: PipelineBuilder): void => {
      const real = p.source('texts', everyRow, { dataset: 'stories' });
      const pictures = p.map('imagine', imagine, {
        inputs: { text: real.text },
        models: { generator: 'painter' },
        fanOut: 2,
        depth: 1,
      });
      p.map('look', compare, { inputs: { image: real.image, text: real.text } });
      p.map('compare', compare, { inputs: { image: pictures, text: real.text } });
    };
    const { items } = expand({
      graph: buildGraph({ ...retelling, build }, {}),
      runSeed: 0,
      sources: { texts: rows },
      models: MODELS,
    });
    expect(items.get('look')!.flatMap((item) => parentsOf(item, 'image'))).toEqual(rows.map((row) => row.imageKey));
    expect(items.get('compare')).toHaveLength(4);
  });

  test('is that of the same row also when the text is what is read first', () => {
    const rows = ['one picture', 'another'].map((picture) => ({
      textKey: contentDigest('a red circle'),
      imageKey: contentDigest(picture),
    }));
    const build = (p: PipelineBuilder): void => {
      const real = p.source('texts', everyRow, { dataset: 'stories' });
      p.map('look', { ...compare, inputs: { text: 'text', image: 'image' } }, { inputs: { text: real.text, image: real.image } });
    };
    const { items } = expand({
      graph: buildGraph({ ...retelling, build }, {}),
      runSeed: 0,
      sources: { texts: rows },
      models: MODELS,
    });
    expect(items.get('look')!.flatMap((item) => parentsOf(item, 'image'))).toEqual(rows.map((row) => row.imageKey));
  });

  test('that isn’t there is a mistake, said with the node and the role', () => {
    const build = (p: PipelineBuilder): void => {
      const { pictures, told } = paired(p);
      const grown = p.map('grown', shout, { inputs: { text: told }, fanOut: 3 });
      p.map('compare', compare, { inputs: { image: pictures, text: only(grown, { chains: [4, 5] }) } });
    };
    expect(() => expansionOf({}, build)).toThrow(
      /node "compare"\.inputs\.text must have one item for each root and chain, got 2 for [0-9a-f]{12}/,
    );
  });
});

describe('a fold', () => {
  const trained =
    (epochs: number, then?: (p: PipelineBuilder, student: Handle<'checkpoint'>, text: Handle<'text'>) => void) =>
    (p: PipelineBuilder) => {
      const { text } = p.source('texts', everyRow, { dataset: 'stories' });
      const student = p.fold('student', train, { inputs: { text }, params: { epochs } });
      then?.(p, student, text);
    };

  test('is a chain: every state’s key contains the one before it', () => {
    const { stateKeys, keys } = expansionOf({}, trained(4));
    expect(new Set(stateKeys.get('student'))).toHaveLength(4);
    expect(keys.get('student')).toBe(stateKeys.get('student')![3]);
  });

  test('with other inputs shares no state', () => {
    const [one, other] = [expansionOf({}, trained(3)), expansionOf({ texts: ['else'] }, trained(3))];
    expect(one.stateKeys.get('student')!.filter((key) => other.stateKeys.get('student')!.includes(key))).toEqual([]);
  });

  test('hands on its last state', () => {
    const evaluated = trained(3, (p, student, text) => void p.reduce('evaluation', evaluate, { inputs: { student, text } }));
    const { keys, stateKeys } = expansionOf({}, evaluated);
    const asked = { step: 'evaluate@1', params: {}, models: {}, seed: nodeSeed(0) };
    const text = digestSet(STORIES.map((story) => contentDigest(story)));
    expect(keys.get('evaluation')).toBe(
      derivationKey({
        ...asked,
        parents: [
          { role: 'student', key: stateKeys.get('student')![2]! },
          { role: 'text', key: text },
        ],
      }),
    );
  });

  test('must have an epoch', () => {
    expect(() => expansionOf({}, trained(0))).toThrow('node "student".epochs must be a whole number >= 1, got 0');
  });

  test('reads decisions by the selection’s key: another rule, another student', () => {
    const [one, two] = [expansionOf(), expansionOf({ params: { keep: 2 } })];
    expect(one.stateKeys.get('student')).not.toEqual(two.stateKeys.get('student'));
  });
});
