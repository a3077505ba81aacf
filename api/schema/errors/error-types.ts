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

for (const [name, type] of Object.entries(named)) {
  if (name !== 'NamedError') builder.objectType(type as typeof named.RunNotFound, { name, interfaces: [ErrorInterface] });
}
