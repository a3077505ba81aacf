import { findProject } from '../../../engine/lineage/find-project.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { type RetractOutcome, type RetractRequest, retract } from '../../../engine/runs/index.ts';
import { ownProject } from '../../auth/own-project.ts';
import { builder } from '../builder.ts';
import {
  DatasetMissing,
  Forbidden,
  ModelMissing,
  RetractInvalid,
  RetractionNotFound,
  SampleNotFound,
} from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { ImpactRef } from '../refs.ts';
import { RetractionRef } from '../types/retraction.ts';
import { mayDo, type Viewer } from '../viewer.ts';

const RetractInputRef = builder.inputType('RetractInput', {
  description: 'Exactly one of sample, model, dataset and prompt.',
  fields: (t) => ({
    sample: t.field({ type: 'Digest', description: 'A key.' }),
    model: t.string({ description: 'A name, whose latest version is meant, or the digest of a version.' }),
    dataset: t.string({ description: 'The same.' }),
    prompt: t.string({ description: 'Every text that says exactly this.' }),
    project: t.string({
      description: "Only for this project: what rests on it there, and a mark that holds there. Of a project's token: that one.",
    }),
    reason: t.string({ description: 'For people; needed to retract.' }),
    dryRun: t.boolean({ description: 'Says what rests on it, and changes nothing.' }),
    withdraw: t.boolean({ description: 'Takes the mark back.' }),
  }),
});

const RetractSuccessRef = builder.objectRef<RetractOutcome>('RetractSuccess').implement({
  fields: (t) => ({
    retraction: t.field({
      type: RetractionRef,
      nullable: true,
      description: 'The mark; after a withdrawal what it was. null for a dry run.',
      resolve: ({ retraction }) => retraction,
    }),
    impact: t.field({
      type: ImpactRef,
      description: 'What rests on it. A rerun of `impact.runs` makes again what depended on it, and reuses everything else.',
      resolve: ({ impact }) => impact,
    }),
  }),
});

const RetractResultRef = builder.errorUnion('RetractResult', {
  types: [RetractSuccessRef, RetractInvalid, RetractionNotFound, SampleNotFound, ModelMissing, DatasetMissing, Forbidden],
  resolveType: () => 'RetractSuccess',
});

builder.mutationField('retract', (t) =>
  t.field({
    type: RetractResultRef,
    description:
      'Marks something as not to be used any more. Nothing is deleted: plans that are made from then on leave a sample or prompt out with all that is made of it, and refuse a model or dataset. For all projects the scope `admin` is needed.',
    args: { input: t.arg({ type: RetractInputRef, required: true }) },
    resolve: (_root, { input }, { services, viewer, visibility }) =>
      withNamedErrors(async () => {
        const { project, ...rest } = input;
        const named = ownProject(viewer, project);
        assertMayRetract(viewer, named);
        const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null)) as RetractRequest;
        const within = visibility ?? (named === undefined ? null : await findProject(services.db, named));
        return retract(services, given, { name: viewer.name, visibility: within });
      }),
  }),
);

/** @throws FORBIDDEN */
function assertMayRetract(viewer: Viewer, project: string | undefined): void {
  if (project !== undefined || mayDo(viewer, 'admin')) return;
  throw new HoplineError(
    'FORBIDDEN',
    `retract must be asked with scope admin for all projects, got a token with scope ${viewer.scope}`,
    { hint: 'name a project, or hopline token create --scope admin' },
  );
}
