import type { RunRow } from '../../../engine/lineage/index.ts';
import type { VerificationGroup, VerifiedDerivation } from '../../read/verification-report.ts';
import { builder } from '../builder.ts';
import { connectionType, pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connectionOf, pageSize } from '../page.ts';
import { RunRef } from '../refs.ts';

const VerificationGroupRef = builder.objectRef<VerificationGroup>('VerificationGroup').implement({
  description: 'What came of the derivations of one step by one model on one device.',
  fields: (t) => ({
    node: t.exposeString('node'),
    step: t.exposeString('step', { description: '`name@version`.' }),
    model: t.exposeString('model', { nullable: true, description: '`role=name@digest` of each model; null for none.' }),
    provider: t.exposeString('provider', { nullable: true, description: '`cpu`, `cuda`.' }),
    device: t.exposeString('device', { description: '`cpu:0`.' }),
    determinism: t.exposeString('determinism', {
      description: 'As the step declares it: `bitwise`, `tolerance(0.001)`, `stochastic`.',
    }),
    match: t.exposeInt('match', { description: 'The same digest.' }),
    withinTolerance: t.exposeInt('withinTolerance', {
      description:
        'No number further off than the step allows. A stochastic step promises no content: what it makes is counted here.',
    }),
    mismatch: t.exposeInt('mismatch', { description: 'Otherwise, or nothing at all.' }),
    missing: t.exposeInt('missing', { description: 'Of the mismatches those where nothing came out.' }),
    largestDifference: t.exposeFloat('largestDifference', {
      nullable: true,
      description: 'Of any number from what is stored; null where it was not asked for.',
    }),
  }),
});

const MismatchRef = builder.objectRef<VerifiedDerivation>('VerificationMismatch').implement({
  description: 'A derivation that came out otherwise, or not at all. What is stored stays what it is.',
  fields: (t) => ({
    key: t.field({
      type: 'Digest',
      description: 'Of a sample, a score or the product of a whole node.',
      resolve: ({ key }) => key,
    }),
    node: t.exposeString('node'),
    step: t.exposeString('step'),
    device: t.exposeString('device'),
    worker: t.exposeString('worker'),
    determinism: t.exposeString('determinism'),
    difference: t.exposeFloat('difference', { nullable: true, description: 'null where more than numbers differs.' }),
    expected: t.field({ type: 'Digest', description: 'What is stored.', resolve: ({ expected }) => expected }),
    found: t.field({
      type: 'Digest',
      nullable: true,
      description: 'What came out; null where nothing did.',
      resolve: ({ found }) => found,
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why nothing came out.' }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
  }),
});

const MismatchConnection = connectionType('VerificationMismatch', MismatchRef);

/** The run that executes again, and what it has found so far. */
interface VerificationReport {
  run: RunRow;
  groups: readonly VerificationGroup[];
}

const VerificationReportRef = builder.objectRef<VerificationReport>('VerificationReport').implement({
  description: 'How reproducible a run is, as measured.',
  fields: (t) => ({
    run: t.field({ type: RunRef, description: 'The run that executed it again.', resolve: ({ run }) => run }),
    share: t.float({ description: 'Of the tasks, as asked for.', resolve: ({ run }) => run.verification!.share }),
    seed: t.int({ description: 'Of the stream that drew the tasks.', resolve: ({ run }) => run.verification!.seed }),
    tasks: t.int({ description: 'Drawn; 0 until it is known.', resolve: ({ run }) => run.verification!.tasks ?? 0 }),
    of: t.int({ description: 'Tasks that have something to compare with.', resolve: ({ run }) => run.verification!.of ?? 0 }),
    leftOut: t.int({
      description:
        "Further tasks, that nothing is drawn of: they were a server's, who would be paid again and promises nothing. 0 until it is known.",
      resolve: ({ run }) => run.verification!.external?.tasks ?? 0,
    }),
    match: t.int({ resolve: ({ groups }) => sum(groups, 'match') }),
    withinTolerance: t.int({ resolve: ({ groups }) => sum(groups, 'withinTolerance') }),
    mismatch: t.int({ resolve: ({ groups }) => sum(groups, 'mismatch') }),
    groups: t.field({ type: [VerificationGroupRef], resolve: ({ groups }) => groups }),
    mismatches: t.field({
      type: MismatchConnection,
      args: pageArguments,
      resolve: async ({ run, groups }, args, { loaders }) => {
        const code = cursorCode('mismatches', { run: run.id }, [0]);
        const after = code.decode(args.after)?.[0];
        const rows = await loaders.mismatches(run.id, { limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) });
        return {
          ...connectionOf(rows, args, ({ id }) => code.encode([id])),
          totalCount: () => sum(groups, 'mismatch'),
        };
      },
    }),
  }),
});

const sum = (groups: readonly VerificationGroup[], of: 'match' | 'withinTolerance' | 'mismatch'): number =>
  groups.reduce((total, group) => total + group[of], 0);

builder.objectFields(RunRef, (t) => ({
  verifies: t.field({
    type: RunRef,
    nullable: true,
    description: 'The run whose derivations it executes again; null for a run that makes things.',
    resolve: (run, _args, { loaders }) => (run.verifiesRunId === null ? null : loaders.run(run.verifiesRunId)),
  }),
  verification: t.field({
    type: VerificationReportRef,
    nullable: true,
    description:
      'Of a verifying run what it has found; of another run that of its latest verification. null where there is none.',
    resolve: async (run, _args, { loaders }) => {
      const id = run.verifiesRunId === null ? await loaders.verifier(run.id) : run.id;
      if (id === null) return null;
      return { run: id === run.id ? run : await loaders.run(id), groups: await loaders.verificationGroups(id) };
    },
  }),
}));
