import { GraphQLError, type ValueNode, valueFromASTUntyped } from 'graphql';
import { builder } from './builder.ts';

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** What was given, as far as a message may hold it. */
const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 100);

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});

builder.scalarType('Digest', {
  description: 'A SHA-256 as 64 lower-case hex characters.',
  serialize: (value) => String(value),
  parseValue: (value) => {
    if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
    throw new GraphQLError(`Digest must be 64 lower-case hex characters, got ${shown(value)}`, {
      extensions: { code: 'DIGEST_INVALID' },
    });
  },
});

builder.scalarType('DateTime', {
  description: 'A point in time, ISO 8601 in UTC.',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: (value) => {
    const date = new Date(typeof value === 'string' && ISO.test(value) ? value : Number.NaN);
    // A year more than Postgres knows would fail there.
    if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1)
      throw new GraphQLError(`DateTime must be an ISO 8601 time of the years 1 to 9999, got ${shown(value)}`, {
        extensions: { code: 'TIME_INVALID' },
      });
    return date;
  },
});

builder.scalarType('EventCursor', {
  description: "A position in a run's events. Subscribe with `after` to go on behind it: nothing is missed, nothing comes twice.",
  serialize: (value) => String(value),
  parseValue: (value) => {
    // Whether it is one of the run's is asked where the run is known.
    if (typeof value === 'string' && /^[\w-]{1,64}$/.test(value)) return value;
    const got = JSON.stringify(value)?.slice(0, 60);
    throw new GraphQLError(`EventCursor must be a cursor of an earlier event, got ${got}`, {
      extensions: { code: 'CURSOR_INVALID' },
    });
  },
});
