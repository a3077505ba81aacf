import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PipelineBuilder } from './define-pipeline.ts';
import { digestJson, sha256 } from './digest.ts';
import type { Expansion } from './expand.ts';
import { expansionOf, STORIES } from './expansion.fixture.ts';
import { only } from './handles.ts';
import { shout, summary } from './odd-steps.fixture.ts';
import { everyRow, imagine, judge, rank, train } from './retelling.fixture.ts';

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
