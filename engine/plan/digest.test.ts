import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digestJson, digestSet, sha256 } from './digest.ts';
import type { Json } from './json.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

describe('canonical JSON is that of RFC 8785', () => {
  test('its example of section 3.2.2: numbers, strings and literals', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as Json;
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('its example of section 3.2.3: names sorted by UTF-16 code units', () => {
    const value = {
      '\u20ac': 'Euro',
      '\r': 'Return',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\ud83d\ude00': 'Grin',
      '\u0080': 'Control',
      '\u00f6': 'O',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    expect(canonicalJson(value).match(/Return|One|Control|"O"|Euro|Grin|Dalet/g)).toEqual([
      'Return',
      'One',
      'Control',
      '"O"',
      'Euro',
      'Grin',
      'Dalet',
    ]);
  });

  test.each([
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('its appendix B: the double %s is written %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  test('what is not JSON is refused, never written as null', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1])
      expect(() => canonicalJson(value as unknown as Json)).toThrow();
  });
});

test('a digest does not depend on the order of object names, at any depth', () => {
  fc.assert(fc.property(json, (value) => digestJson(reversed(value)) === digestJson(value)));
});

test('a digest survives a round trip through text', () => {
  fc.assert(fc.property(json, (value) => digestJson(JSON.parse(JSON.stringify(value)) as Json) === digestJson(value)));
});

test('the digest of a set depends on its members only: not on order, not on repetition', () => {
  const digests = fc.array(fc.nat(50).map((n) => sha256(String(n))));
  fc.assert(fc.property(digests, (set) => digestSet([...set, ...set].reverse()) === digestSet(set)));
  expect(digestSet([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digestSet([sha256('a')])).not.toBe(digestSet([sha256('a'), sha256('b')]));
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, below]) => [name, reversed(below)] as const);
  return Object.fromEntries(entries.reverse());
}
