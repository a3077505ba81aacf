import { expect, test } from 'vitest';
import { setParams } from './set-params.ts';

test('dotted paths set params inside objects and leave the rest', () => {
  expect(setParams({ selection: { keep: 4, rule: 'rank' } }, ['selection.keep=2', 'dataset=nlvr'])).toEqual({
    selection: { keep: 2, rule: 'rank' },
    dataset: 'nlvr',
  });
});

test('values are JSON where they are JSON, else text', () => {
  expect(setParams({}, ['a=true', 'b=null', 'c=[1,"x"]', 'd="2"', 'e=two words', 'f=', 'g=a=b', 'h=-1.5e3'])).toEqual({
    a: true,
    b: null,
    c: [1, 'x'],
    d: '2',
    e: 'two words',
    f: '',
    g: 'a=b',
    h: -1500,
  });
});

test.each([['keep'], ['=2'], ['a..b=1'], ['.a=1'], ['__proto__.x=1'], ['a=[1'], ['a={"b"'], ['a="x']])(
  '%s is refused',
  (assignment) => {
    expect(() => setParams({}, [assignment])).toThrow(/--set/);
  },
);

test('a path through a value that is no object is refused', () => {
  expect(() => setParams({ keep: 2 }, ['keep.more=1'])).toThrow('keep must be an object');
});

test('the given params are not changed', () => {
  const params = { a: { b: 1 } };
  setParams(params, ['a.b=2']);
  expect(params).toEqual({ a: { b: 1 } });
});
