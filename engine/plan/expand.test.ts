import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from './build-graph.ts';
import type { PipelineBuilder } from './define-pipeline.ts';
import { digestJson, digestSet, sha256 } from './digest.ts';
import { type Expansion, expand } from './expand.ts';
import { type Handle, only } from './handles.ts';
import { contentDigest, derivationKey } from './keys.ts';
import { compare, shout, summary } from './odd-steps.fixture.ts';
import type { PlanItem } from './plan-types.ts';
import { caption, evaluate, everyRow, imagine, judge, RETELLING_PARAMS, rank, retelling, train } from './retelling.fixture.ts';
import { nodeSeed } from './seeds.ts';

const STORIES = ['a red circle', 'two blue squares', 'a green star'];
const MODELS = { painter: sha256('painter'), teller: sha256('teller') };

interface Change {
  texts?: string[];
  params?: Partial<typeof RETELLING_PARAMS>;
  seed?: number;
  models?: Record<string, string>;
}

/** The expansion of the fixture pipeline, or of another declaration. */
function expansionOf(change: Change = {}, build?: (pipeline: PipelineBuilder) => void): Expansion {
  const pipeline = build ? { ...retelling, build } : retelling;
  const rows = (change.texts ?? STORIES).map((text) => ({ textKey: contentDigest(text), imageKey: null }));
  return expand({
    graph: buildGraph(pipeline, { ...RETELLING_PARAMS, ...change.params }),
    runSeed: change.seed ?? 0,
    sources: { texts: rows },
    models: { ...MODELS, ...change.models },
  });
}
const changedNodes = (before: Expansion, after: Expansion): string[] =>
  [...before.keys.keys()].filter((name) => before.keys.get(name) !== after.keys.get(name));
const keysOf = (expansion: Expansion, node: string): string[] => expansion.items.get(node)!.map((item) => item.key);
const EVERYTHING_MADE = ['imagine', 'caption', 'imagine-again', 'teacher', 'teacher-loss', 'keep', 'student', 'evaluation'];

describe('keys', () => {
  // What earlier versions gave: other ones would make everything that exists anew.
  test('of a pipeline of every kind of node are those that they always were', () => {
    const { items, keys, stateKeys } = expansionOf({ params: { chains: 3 }, seed: 7 });
    expect(digestJson([...keys].map(([node, key]) => `${node} ${key}`))).toBe(
      '4b53b8ea13f20108879e1a5d1e7c608ff992731c266c30d447111e5a16f0fa55',
    );
    expect(digestJson(JSON.parse(JSON.stringify([...items, ...stateKeys])))).toBe(
      '021489a3077c28ab16c150a95703390ffcc62e4f83f85d13d8ff9534ac9f16f0',
    );
  });
});

describe('what changes when something changes', () => {
  test('nothing, when nothing does: the same inputs give the same keys', () => {
    expect(expansionOf()).toEqual(expansionOf());
  });

  test('another text: its own samples, and the whole-node keys that follow; every other sample stays', () => {
    const texts = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, fc.string({ minLength: 8 }), (some, another) => {
        const [before, after] = [expansionOf({ texts: some }), expansionOf({ texts: [...some, another] })];
        for (const node of ['imagine', 'caption', 'imagine-again']) {
          expect(keysOf(after, node).slice(0, keysOf(before, node).length)).toEqual(keysOf(before, node));
          expect(keysOf(after, node).length - keysOf(before, node).length).toBe(2);
        }
        expect(changedNodes(before, after)).toEqual(['texts', ...EVERYTHING_MADE]);
      }),
      { numRuns: 25 },
    );
  });

  test('the order of the rows: no key at all', () => {
    const [before, after] = [expansionOf(), expansionOf({ texts: STORIES.toReversed() })];
    expect(changedNodes(before, after)).toEqual([]);
    expect(keysOf(after, 'caption').toSorted()).toEqual(keysOf(before, 'caption').toSorted());
  });

  test('how many are kept: the selection and what follows', () => {
    expect(changedNodes(expansionOf(), expansionOf({ params: { keep: 2 } }))).toEqual(['keep', 'student', 'evaluation']);
  });

  test('a generator’s param: what is generated and what follows, not the teacher', () => {
    const changed = changedNodes(expansionOf(), expansionOf({ params: { guidance: 3 } }));
    expect(changed).toEqual(EVERYTHING_MADE.filter((node) => node !== 'teacher'));
  });

  test('a model’s weights: what it makes and what follows', () => {
    const changed = changedNodes(expansionOf(), expansionOf({ models: { teller: sha256('better teller') } }));
    expect(changed).toEqual(['caption', 'imagine-again', 'teacher-loss', 'keep', 'student', 'evaluation']);
  });

  test('more chains: the chains that exist stay', () => {
    const [two, four] = [expansionOf(), expansionOf({ params: { chains: 4 } })];
    for (const node of ['imagine', 'caption', 'imagine-again'])
      expect(keysOf(four, node)).toEqual(expect.arrayContaining(keysOf(two, node)));
    expect(changedNodes(two, four)).not.toContain('teacher');
  });

  test('the run’s seed: everything that draws, nothing that doesn’t', () => {
    const build = (p: PipelineBuilder): void => {
      const { text } = p.source('texts', everyRow, { dataset: 'stories' });
      p.map('paint', imagine, { inputs: { text }, models: { generator: 'painter' } });
      p.reduce('drawn', summary, { inputs: { text: p.map('shout', shout, { inputs: { text } }) } });
      p.reduce(
        'counted',
        { ...summary, seeded: false },
        { inputs: { text: p.map('shout-twice', shout, { inputs: { text }, fanOut: 2 }) } },
      );
    };
    expect(changedNodes(expansionOf({ seed: 1 }, build), expansionOf({ seed: 2 }, build))).toEqual(['paint', 'drawn']);
  });
});

describe('a part that is unchanged', () => {
  const onFirstChains = (chains: number) => (p: PipelineBuilder) => {
    const { text } = p.source('texts', everyRow, { dataset: 'stories' });
    const pictures = p.map('imagine', imagine, { inputs: { text }, models: { generator: 'painter' }, fanOut: chains, depth: 1 });
    const teacher = p.fold('teacher', train, { inputs: { text } });
    const scores = p.map('teacher-loss', judge, { inputs: { image: pictures, text, teacher } });
    p.select('keep-of-two', rank, { inputs: { scores: only(scores, { chains: [0, 1] }) } });
    p.select('keep-of-all', rank, { inputs: { scores } });
  };
  test('keeps the whole-node keys that read only it, while chains grow around it', () => {
    const changed = changedNodes(expansionOf({}, onFirstChains(2)), expansionOf({}, onFirstChains(6)));
    expect(changed).toEqual(['imagine', 'teacher-loss', 'keep-of-all']);
  });

  test('that has nothing in it is a mistake, said with the node and the role', () => {
    expect(() => expansionOf({}, onFirstChains(1))).not.toThrow();
    const beyond = (p: PipelineBuilder): void => {
      const { text } = p.source('texts', everyRow, { dataset: 'stories' });
      p.fold('teacher', train, { inputs: { text: only(text, { chains: [7] }) } });
    };
    expect(() => expansionOf({}, beyond)).toThrow('node "teacher".inputs.text must have at least one sample, got none of texts');
  });
});

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
