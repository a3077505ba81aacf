import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { definePipeline } from './define-pipeline.ts';
import { HoplineError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { paramsSchema, resolveParams, resolveStepParams } from './params.ts';

const pipeline = definePipeline({
  name: 'small',
  version: '1',
  description: 'params only',
  params: z.object({
    chains: z.number().int().min(1).default(4).describe('chains an instance'),
    selection: z
      .object({ keep: z.number().int().min(1).default(2), rule: z.enum(['rank', 'random']).default('rank') })
      .prefault({})
      .describe('what is kept'),
    labels: z.record(z.string(), z.string()).default({}).describe('free'),
  }),
  build() {},
  profiles: { demo: { chains: 2, selection: { keep: 1 } } },
});

describe('the params of a run', () => {
  test('are the schema’s defaults where nothing is given', () => {
    expect(resolveParams(pipeline)).toEqual({ chains: 4, selection: { keep: 2, rule: 'rank' }, labels: {} });
  });

  test('are a profile, single values over it, and defaults under it', () => {
    expect(resolveParams(pipeline, { profile: 'demo' })).toEqual({ chains: 2, selection: { keep: 1, rule: 'rank' }, labels: {} });
    expect(resolveParams(pipeline, { profile: 'demo', selection: { rule: 'random' } }).selection).toEqual({
      keep: 1,
      rule: 'random',
    });
  });

  test('resolve to themselves: what is stored is what is planned', () => {
    const once = resolveParams(pipeline, { profile: 'demo' });
    expect(resolveParams(pipeline, once)).toEqual(once);
  });

  test('that are wrong are named all at once, each with its path', () => {
    const error = refusal({ chains: 0, selection: { keep: 'two', rule: 'best' } });
    expect(error.code).toBe('PARAMS_INVALID');
    expect(error.message).toMatch(/pipeline "small".*params\.chains: .*params\.selection\.keep: .*params\.selection\.rule: /);
    expect(error.hint).toContain('hopline plan small');
  });

  test('that nobody declared are refused, not dropped', () => {
    const error = refusal({ chans: 3, selection: { kep: 1 }, chains: 'many' });
    expect(error.message).toContain('params.chans: ');
    expect(error.message).toContain('params.selection.kep: ');
    expect(error.message).toContain('params.chains: ');
    expect(resolveParams(pipeline, { labels: { anything: 'goes' } }).labels).toEqual({ anything: 'goes' });
  });

  test('that a strict schema refuses are told in the same words', () => {
    const strict = { ...pipeline, params: z.strictObject({ chains: z.number().default(4) }) };
    expect(() => resolveParams(strict, { chans: 3, kep: 1 })).toThrow(
      'pipeline "small": params.chans: is no param; params.kep: is no param',
    );
  });

  test('of an unknown profile are refused with the profiles there are', () => {
    const error = refusal({ profile: 'dmo' });
    expect([error.code, error.message]).toEqual(['PARAMS_INVALID', 'params.profile must be one of demo, got "dmo"']);
  });

  test('have a JSON Schema with defaults and descriptions', () => {
    expect(paramsSchema(pipeline)).toMatchObject({
      properties: { chains: { default: 4, description: 'chains an instance', minimum: 1 } },
    });
  });
});

test('a step’s params name their node when they are wrong, and are plain JSON when they are right', () => {
  const schema = z.object({ keep: z.number().default(1), threshold: z.number().optional() });
  expect(resolveStepParams('keep', schema, { threshold: undefined })).toStrictEqual({ keep: 1 });
  expect(() => resolveStepParams('keep', schema, { keep: 'x' })).toThrow(/node "keep": params\.keep: /);
});

function refusal(given: JsonObject): HoplineError {
  try {
    resolveParams(pipeline, given);
  } catch (error) {
    if (error instanceof HoplineError) return error;
  }
  throw new Error('expected a refusal');
}
