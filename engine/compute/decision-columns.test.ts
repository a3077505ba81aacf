import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestJson, sha256 } from '../plan/digest.ts';
import type { Json } from '../plan/json.ts';
import type { DecisionOutput } from '../plan/step-io.ts';
import { packDecisions, unpackDecisions } from './decision-columns.ts';

const decisions = fc.array(
  fc
    .record({
      sampleKey: fc.integer().map((n) => sha256(`${n}`)),
      kept: fc.boolean(),
      rank: fc.nat(),
      threshold: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
      reason: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\ud800', 'a "quoted"\nline\0')),
    })
    .map(({ threshold, ...rest }): DecisionOutput => (threshold === undefined ? rest : { ...rest, threshold })),
  { maxLength: 40 },
);
const again = (list: readonly DecisionOutput[]): DecisionOutput[] => [...unpackDecisions(packDecisions(list))].flat();

describe('decisions as columns', () => {
  test('come back as they were, and keep the digest that they have as a list', () => {
    fc.assert(
      fc.property(decisions, (list) => {
        expect(again(list)).toEqual(list);
        expect(packDecisions(list).digest).toBe(digestJson(list as unknown as Json));
      }),
    );
  });

  test('more than a chunk of them keep their order', () => {
    const list = Array.from({ length: 40_000 }, (_, rank) => ({
      sampleKey: sha256(`${rank}`),
      kept: rank % 3 === 0,
      rank,
      reason: `rank ${rank}`,
    }));
    const columns = packDecisions(list);
    expect(columns.chunks).toHaveLength(3);
    expect(columns.count).toBe(40_000);
    expect([...unpackDecisions(columns)].flat()).toEqual(list);
  });
});
