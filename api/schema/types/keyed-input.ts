import { builder } from '../builder.ts';

export const KeyedInputRef = builder.objectRef<{ role: string; key: string }>('KeyedInput').implement({
  description: 'What a step read in one of its roles.',
  fields: (t) => ({ role: t.exposeString('role'), key: t.field({ type: 'Digest', resolve: (input) => input.key }) }),
});
