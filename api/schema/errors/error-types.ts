import type { Violation } from '../../../engine/plan/params-invalid.ts';
import { builder } from '../builder.ts';
import * as named from './named-errors.ts';

const ErrorInterface = builder.interfaceRef<named.NamedError>('Error').implement({
  description: 'What went wrong, in words that a user can act on.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, upper case: `DATASET_MISSING`.' }),
    message: t.exposeString('message', { description: '`where.field rule, got value`.' }),
    hint: t.exposeString('hint', { nullable: true, description: 'What to type or change.' }),
  }),
});

const ViolationRef = builder.objectRef<Violation>('Violation').implement({
  description: 'One thing that is wrong with a request.',
  fields: (t) => ({
    path: t.exposeString('path', { description: '`params.selection.keep`.' }),
    message: t.exposeString('message', { description: 'What it must be.' }),
  }),
});

for (const [name, type] of Object.entries(named)) {
  if (name !== 'NamedError') builder.objectType(type as typeof named.RunNotFound, { name, interfaces: [ErrorInterface] });
}

for (const type of [named.InvalidParams, named.InvalidLabels])
  builder.objectField(type, 'violations', (t) =>
    t.field({
      type: [ViolationRef],
      description: 'Everything that is wrong, each with its path.',
      resolve: (error) => error.violations,
    }),
  );
