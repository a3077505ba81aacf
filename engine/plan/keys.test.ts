import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import type { JsonObject } from './json.ts';
import { contentDigest, type DerivationInputs, derivationKey } from './keys.ts';
import { nodeSeed, sampleSeed } from './seeds.ts';

const asked: DerivationInputs = {
  step: 'imagine@1',
  params: { guidance: 1.5, size: [32, 32] },
  models: { generator: sha256('weights') },
  seed: '00'.repeat(32),
  parents: [{ role: 'text', key: sha256('a red circle') }],
};
const roles = fc.constantFrom('text', 'image', 'teacher');
const parents = fc.array(fc.record({ role: roles, key: fc.nat().map((n) => sha256(String(n))) }), { maxLength: 6 });

describe('a derivation key', () => {
  // Made once with Python: sha256(json.dumps(asked, sort_keys=True, separators=(',', ':'))).
  test('is the SHA-256 of the canonical JSON of what was asked for', () => {
    expect(derivationKey(asked)).toBe('7e82db8d2b65d9bf766300e99f98fe9a19f8059fca2e769f1cdf3fd460b91be9');
    expect(derivationKey({ ...asked, ordinal: 3 })).toBe('2156bd6b13235bbc57e9d1d83b3fd4a68cb50424c7666fb993584347563f88d7');
  });

  test('does not depend on the order of parents', () => {
    fc.assert(
      fc.property(
        parents,
        (some) => derivationKey({ ...asked, parents: some.toReversed() }) === derivationKey({ ...asked, parents: some }),
      ),
    );
  });

  test('does not depend on the order of names in params and models', () => {
    const turned = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).toReversed());
    const names = fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true });
    fc.assert(
      fc.property(names, (params) => derivationKey({ ...asked, params: turned(params) }) === derivationKey({ ...asked, params })),
    );
  });

  test('does not see what a parent carries besides role and key', () => {
    const carrying = asked.parents.map((parent) => ({ ...parent, artifact: 'x', row: 3 }));
    expect(derivationKey({ ...asked, parents: carrying })).toBe(derivationKey(asked));
  });

  test('changes with everything that was asked for', () => {
    const others: DerivationInputs[] = [
      { ...asked, step: 'imagine@2' },
      { ...asked, params: { guidance: 1.6, size: [32, 32] } },
      { ...asked, params: { guidance: 1.5, size: [32, 33] } },
      { ...asked, models: { generator: sha256('other weights') } },
      { ...asked, models: { painter: sha256('weights') } },
      { ...asked, seed: null },
      { ...asked, parents: [] },
      { ...asked, parents: [{ role: 'image', key: sha256('a red circle') }] },
      { ...asked, ordinal: 0 },
    ];
    expect(new Set([asked, ...others].map(derivationKey)).size).toBe(others.length + 1);
  });
});

describe('seeds', () => {
  test('of samples are fixed by run seed, root, chain and hop', () => {
    expect(sampleSeed(7, sha256('a red circle'), 2, 1)).toBe('de3aa989b219a24ed3142015f58a1b6bdc34c9b21c364e2a85801a0012336b87');
  });

  test('of whole nodes are the same for every node of a run', () => {
    expect(nodeSeed(7)).toBe('42047e5fa4d6195f812f9fdb65589ad8a9efa0026b07c8750691df8af93e04e4');
  });

  test('never meet by accident: no two (run seed, root, chain, hop) share one', () => {
    const place = fc.tuple(
      fc.nat(),
      fc.nat(99).map((n) => sha256(String(n))),
      fc.nat(20),
      fc.nat(20),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(place, { selector: String }),
        (places) => new Set(places.map((of) => sampleSeed(...of))).size === places.length,
      ),
    );
  });
});

describe('a content digest', () => {
  test('is the SHA-256 of the bytes, however they are given', () => {
    expect(contentDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(contentDigest(new TextEncoder().encode('abc'))).toBe(contentDigest('abc'));
    expect(contentDigest('abc', '{}')).toBe(contentDigest('abc'));
  });

  test('tells samples apart by their metadata, without a way to write one as the other', () => {
    expect(contentDigest('abc', '{"a":1}')).not.toBe(contentDigest('abc'));
    expect(contentDigest('abc{"a":1}')).not.toBe(contentDigest('abc', '{"a":1}'));
  });
});
