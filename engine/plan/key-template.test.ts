import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import type { JsonObject } from './json.ts';
import { KeyTemplate } from './key-template.ts';
import { derivationKey } from './keys.ts';

const digest = fc.nat().map((n) => sha256(String(n)));
const json = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.oneof(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  {
    noNullPrototype: true,
  },
);
const asked = fc.record({
  step: fc.string().map((name) => `${name}@1`),
  params: json.map((params) => params as JsonObject),
  models: fc.dictionary(fc.string(), digest, { noNullPrototype: true }),
  ordinal: fc.option(fc.nat(9), { nil: undefined }),
});
const roles = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 });

test('a template gives the derivation key, for every seed and parent', () => {
  fc.assert(
    fc.property(
      asked,
      roles,
      fc.nat(6),
      fc.boolean(),
      digest,
      fc.array(digest, { minLength: 6, maxLength: 6 }),
      (inputs, names, fixed, seeded, seed, keys) => {
        const parents = names.map((role, index) => ({ role, key: keys[index]! }));
        const [stay, come] = [parents.slice(0, fixed), parents.slice(fixed)];
        const template = new KeyTemplate(
          { ...inputs, seeded, parents: stay },
          come.map((parent) => parent.role),
        );
        template.key(
          sha256('before'),
          come.map(() => sha256('before')),
        );
        expect(
          template.key(
            seed,
            come.map((parent) => parent.key),
          ),
        ).toBe(derivationKey({ ...inputs, seed: seeded ? seed : null, parents }));
      },
    ),
  );
});
