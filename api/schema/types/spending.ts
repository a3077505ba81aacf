import { type Cost, type Spending, sumOf } from '../../read/run-spending.ts';
import { builder } from '../builder.ts';
import { RunNodeRef, RunRef } from '../refs.ts';

const CostRef = builder.objectRef<Cost>('Cost').implement({
  description: 'An amount of money, as the price of a model says.',
  fields: (t) => ({
    amount: t.exposeFloat('amount'),
    currency: t.exposeString('currency', { nullable: true, description: '`USD`. null where the receipts name none.' }),
  }),
});

const SpendingRef = builder.objectRef<Spending>('Spending').implement({
  description:
    'What servers were asked and paid for things, summed over the receipts of their derivations. An estimate: the bill is the server’s.',
  fields: (t) => ({
    items: t.exposeInt('items', { description: 'Things with a receipt, also failed ones.' }),
    requests: t.exposeFloat('requests', { nullable: true, description: 'Over all attempts.' }),
    inputTokens: t.exposeFloat('inputTokens', { nullable: true, description: 'null where no server told any.' }),
    outputTokens: t.exposeFloat('outputTokens', { nullable: true, description: 'null where no server told any.' }),
    costs: t.field({
      type: [CostRef],
      description: 'By currency. Empty where no model has a price.',
      resolve: ({ costs }) => [...costs],
    }),
  }),
});

builder.objectFields(RunRef, (t) => ({
  spending: t.field({
    type: SpendingRef,
    nullable: true,
    description: 'What its own tasks took of servers: what it reused was paid before. null where no task has a receipt.',
    resolve: async (run, _args, { loaders }) => {
      const nodes = [...(await loaders.spending(run.id)).values()];
      return nodes.length === 0 ? null : sumOf(nodes);
    },
  }),
}));

builder.objectFields(RunNodeRef, (t) => ({
  spending: t.field({
    type: SpendingRef,
    nullable: true,
    description: 'What its tasks took of servers in this run. null where none has a receipt.',
    resolve: async (node, _args, { loaders }) => (await loaders.spending(node.runId)).get(node.name) ?? null,
  }),
}));
