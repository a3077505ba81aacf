import type { StoredError } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';

/** Why a run or node failed. (`Error` is the interface of what a request got wrong.) */
export const RunErrorRef = builder.objectRef<StoredError>('RunError').implement({
  description: 'Why a run or one of its nodes failed.',
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    hint: t.string({ nullable: true, resolve: (error) => error.hint ?? null }),
  }),
});
