import type { RunRow } from '../../../engine/lineage/index.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import type { SelectionRule } from '../../../engine/what-if/selection-rule.ts';
import { type WhatIf, whatIf } from '../../../engine/what-if/what-if.ts';
import { type WhatIfCounts, type WhatIfGroup, whatIfCounts, whatIfGroups } from '../../../engine/what-if/what-if-groups.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import type { ApiContext } from '../context.ts';
import { cursorCode } from '../cursor.ts';
import { listConnection, type PageArguments } from '../page.ts';
import { RunRef } from '../refs.ts';
import { WhatIfSampleConnection } from './what-if-samples.ts';

const SelectionRuleInputRef = builder.inputType('SelectionRuleInput', {
  description:
    'Another way to select: one of params, share, threshold, keepPerInstance, sharePerInstance and randomSeed, or only another teacher. What is not the selection’s own step ranks by loss, lowest first, ties by key.',
  fields: (t) => ({
    params: t.field({
      type: 'JSON',
      description:
        "Params of the selection's own step, which is run again over the stored scores; those not given stay as they were.",
    }),
    share: t.float({ description: 'Share of all candidates, 0 to 1.' }),
    threshold: t.float({ description: 'Loss, at most.' }),
    keepPerInstance: t.int({ description: 'Candidates of each real sample.' }),
    sharePerInstance: t.float({ description: 'Share of the candidates of each real sample, 0 to 1; at least one.' }),
    randomSeed: t.int({ description: 'As many of each real sample as now, by chance: what a teacher must beat.' }),
    worst: t.boolean({ description: 'The highest losses instead; with a threshold: at least.' }),
    scores: t.string({ description: 'Another teacher: the scorer of the run whose scores are ranked.' }),
  }),
});

type Answer = WhatIf & { runId: string; counts: WhatIfCounts; asked: unknown };

const WhatIfGroupRef = builder.objectRef<WhatIfGroup>('WhatIfGroup').implement({
  description: 'The candidates of one class and hop.',
  fields: (t) => ({
    label: t.exposeString('label', {
      nullable: true,
      description: 'What the dataset says of the real sample; null where it says nothing.',
    }),
    hop: t.exposeInt('hop'),
    candidates: t.exposeInt('candidates'),
    keptNow: t.exposeInt('keptNow'),
    keptThen: t.exposeInt('keptThen'),
    gained: t.exposeInt('gained'),
    lost: t.exposeInt('lost'),
  }),
});

const WhatIfRef = builder.objectRef<Answer>('WhatIf').implement({
  description: 'What another rule would have kept. From stored scores: nothing was computed on a device, nothing was stored.',
  fields: (t) => ({
    candidates: t.int({ resolve: ({ counts }) => counts.candidates }),
    keptNow: t.int({ resolve: ({ counts }) => counts.keptNow }),
    keptThen: t.int({ resolve: ({ counts }) => counts.keptThen }),
    gainedCount: t.int({ description: 'Kept then and not now.', resolve: ({ counts }) => counts.gained }),
    lostCount: t.int({ description: 'Kept now and not then.', resolve: ({ counts }) => counts.lost }),
    groups: t.field({
      type: [WhatIfGroupRef],
      description: 'By class and hop, classes by name.',
      resolve: (answer, _args, { services }) => whatIfGroups(services.db, answer.runId, answer),
    }),
    gained: t.field({
      type: WhatIfSampleConnection,
      description: 'Lowest loss first.',
      args: pageArguments,
      resolve: (answer, args, { loaders }) => examples(answer, 'gained', args, loaders),
    }),
    lost: t.field({
      type: WhatIfSampleConnection,
      description: 'Highest loss first.',
      args: pageArguments,
      resolve: (answer, args, { loaders }) => examples(answer, 'lost', args, loaders),
    }),
  }),
});

builder.objectField(RunRef, 'whatIf', (t) =>
  t.field({
    type: WhatIfRef,
    description: 'What another share, threshold, teacher or rule would have kept of a selection.',
    args: { node: t.arg.string({ required: true }), rule: t.arg({ type: SelectionRuleInputRef, required: true }) },
    resolve: async (run: RunRow, { node, rule: given }, { services }) => {
      const rule = toRule(given);
      const answer = await whatIf(services, run, node, rule);
      return { ...answer, runId: run.id, counts: whatIfCounts(answer), asked: { run: run.id, node, rule } };
    },
  }),
);

/** @throws WHAT_IF_RULE_INVALID when params are no object */
function toRule(input: typeof SelectionRuleInputRef.$inferInput): SelectionRule {
  const { params, ...rest } = input;
  if (params != null && (typeof params !== 'object' || Array.isArray(params)))
    throw new HoplineError('WHAT_IF_RULE_INVALID', `whatIf.rule.params must be an object, got ${JSON.stringify(params)}`);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null)) as Omit<SelectionRule, 'params'>;
  return params == null ? given : { ...given, params: params as JsonObject };
}

async function examples(answer: Answer, which: 'gained' | 'lost', args: PageArguments, loaders: ApiContext['loaders']) {
  const { candidates, keptNow, keptThen } = answer;
  const rows: number[] = [];
  for (let row = 0; row < candidates.count; row++)
    if (which === 'gained' ? keptThen[row]! > keptNow[row]! : keptNow[row]! > keptThen[row]!) rows.push(row);
  const sign = which === 'gained' ? 1 : -1;
  const loss = (row: number): number => (Number.isNaN(candidates.loss[row]) ? 0 : candidates.loss[row]!);
  rows.sort((a, b) => sign * (loss(a) - loss(b)) || candidates.ids[a]! - candidates.ids[b]!);
  const page = listConnection(rows, args, cursorCode(`whatIf.${which}`, answer.asked, [0]));
  const edges = page.edges.map(async ({ cursor, node: row }) => {
    const scored = candidates.loss[row]!;
    return {
      cursor,
      node: { sample: await loaders.sample(candidates.ids[row]!), loss: Number.isNaN(scored) ? null : scored },
    };
  });
  return { ...page, edges: await Promise.all(edges) };
}
