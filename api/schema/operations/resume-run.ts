import { type NodeOutlook, type ResumeOutlook, type Resumption, resumeRun } from '../../../engine/runs/index.ts';
import { ownRunId } from '../../auth/own-run.ts';
import { builder } from '../builder.ts';
import {
  DatasetMissing,
  DatasetRetracted,
  Forbidden,
  InvalidParams,
  ModelMissing,
  ModelRetracted,
  PipelineNotFound,
  RunNotFound,
  RunNotResumable,
  RunStateConflict,
} from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { RunRef } from '../refs.ts';

const NodeOutlookRef = builder.objectRef<NodeOutlook>('ResumedNode').implement({
  description: 'What a resume goes on with in one node.',
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.exposeString('kind'),
    done: t.exposeInt('done', { description: 'Items that are there, by the plan so far.' }),
    left: t.exposeInt('left', {
      description: 'Items that are not. Of a node that is planned anew: all of them, before what exists is found.',
    }),
    change: t.exposeString('change', {
      nullable: true,
      description: 'Why the node is planned anew: the first input that differs from the plan so far.',
    }),
    codeChanged: t.exposeBoolean('codeChanged', {
      description: "The step's compiled code differs under the same version: reused on the author's word.",
    }),
  }),
});

const CodeRevisionsRef = builder.objectRef<ResumeOutlook['codeRevision']>('CodeRevisions').implement({
  fields: (t) => ({
    before: t.exposeString('before', { description: 'Of the execution before.' }),
    now: t.exposeString('now'),
  }),
});

const ResumeRunSuccessRef = builder.objectRef<Resumption>('ResumeRunSuccess').implement({
  fields: (t) => ({
    run: t.field({ type: RunRef, resolve: ({ run }) => run }),
    byItself: t.exposeBoolean('byItself', {
      description: "Nothing was started: after an outage the run's own workflow goes on, or has succeeded meanwhile.",
    }),
    codeRevision: t.field({ type: CodeRevisionsRef, resolve: ({ codeRevision }) => codeRevision }),
    nodes: t.field({
      type: [NodeOutlookRef],
      description: 'What it goes on with; empty while the run has no plan.',
      resolve: ({ nodes }) => nodes,
    }),
  }),
});

const ResumeRunResultRef = builder.errorUnion('ResumeRunResult', {
  types: [
    ResumeRunSuccessRef,
    RunNotFound,
    RunNotResumable,
    RunStateConflict,
    PipelineNotFound,
    InvalidParams,
    DatasetMissing,
    ModelMissing,
    DatasetRetracted,
    ModelRetracted,
    Forbidden,
  ],
  resolveType: () => 'ResumeRunSuccess',
});

builder.mutationField('resumeRun', (t) =>
  t.field({
    type: ResumeRunResultRef,
    description:
      'Goes on with a run that failed, was cancelled or paused, or lost its workflow. Finished work is never repeated. After an outage a run may go on by itself: then it is left alone.',
    args: { runId: t.arg.id({ required: true }) },
    resolve: (_root, { runId }, context) =>
      withNamedErrors(async () => resumeRun(context.services, await ownRunId(context, runId))),
  }),
);
