import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillTemplate, placeholders } from './fill-template.ts';
import { redactor } from './redact.ts';

it('a template is filled once, in strings only, whatever the values hold', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (prompt, seed) => {
      const template = { a: ['{prompt}', 'x {prompt} {seed} {{prompt}}', 3, null], b: { c: '{seed}', '{prompt}': true } };
      expect(fillTemplate(template, { prompt, seed })).toEqual({
        a: [prompt, `x ${prompt} ${seed} {prompt}`, 3, null],
        b: { c: seed, '{prompt}': true },
      });
    }),
  );
});

it('names its placeholders', () => {
  expect(placeholders(['{a} {{b}} {a}', { c: '{params.x}' }])).toEqual(['a', 'params.x']);
});

it('a name that objects bring along is no value', () => {
  expect(fillTemplate('{constructor}', {})).toBe('{constructor}');
});

it('no text keeps eight characters of a secret, wherever it was cut', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[!-~]{12,60}$/),
      fc.string(),
      fc.string(),
      fc.nat(30),
      fc.nat(30),
      (secret, before, after, from, to) => {
        const part = secret.slice(Math.min(from, secret.length - 9), Math.max(secret.length - to, from + 9));
        const clean = redactor(secret)(`${before}${part}${after} ${encodeURIComponent(secret)}`);
        for (let at = 0; at + 8 <= secret.length; at++) {
          const piece = secret.slice(at, at + 8);
          if (!/^\*+$/.test(piece)) expect(clean).not.toContain(piece);
        }
      },
    ),
  );
});
