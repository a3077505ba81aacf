import { type ImpactCause, impactOfThing } from '../../../engine/lineage/impact-of.ts';
import { sha256 } from '../../../engine/plan/digest.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import { ImpactConnection, impactPage } from '../types/impacted.ts';

const ImpactInputRef = builder.inputType('ImpactInput', {
  description: 'One of these.',
  fields: (t) => ({
    sample: t.field({ type: 'Digest', description: 'A key.' }),
    model: t.field({ type: 'Digest', description: 'Of the version.' }),
    dataset: t.field({ type: 'Digest', description: 'Of the version.' }),
    prompt: t.string({ description: 'All texts that say exactly this.' }),
  }),
});

builder.queryField('impact', (t) =>
  t.field({
    type: ImpactConnection,
    description: 'Everything that rests on a sample, a model, a dataset or a prompt. Samples are counted and paged up to 10,000.',
    args: { of: t.arg({ type: ImpactInputRef, required: true }), ...pageArguments },
    resolve: async (_root, { of, ...args }, { services, visibility }) => {
      const cause = causeOf(of);
      return impactPage(await impactOfThing(services.db, cause, visibility), cause, args);
    },
  }),
);

/** @throws IMPACT_INVALID */
function causeOf(of: typeof ImpactInputRef.$inferInput): ImpactCause {
  const given = Object.entries(of).filter((entry): entry is [keyof typeof of, string] => entry[1] != null);
  const [only] = given;
  if (!only || given.length > 1)
    throw new HoplineError(
      'IMPACT_INVALID',
      `impact.of must be one of sample, model, dataset, prompt, got ${given.map(([name]) => name).join(', ') || 'none'}`,
    );
  const [kind, value] = only;
  return kind === 'prompt' ? { kind, key: sha256(value), name: value.slice(0, 20_000) } : { kind, key: value, name: null };
}
