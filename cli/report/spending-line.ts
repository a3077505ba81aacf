import type { RunReport } from '../operations/run-report.ts';

type Spent = NonNullable<RunReport['spending']>;

/** What servers were asked and paid: `servers 12 requests, 80 tokens in, 20 out, 0.1601 USD (captions 0.0001 USD, pictures 0.16 USD)`. Empty
 *  where no task has a receipt. */
export function spendingLine({ spending, nodeSpending }: Pick<RunReport, 'spending' | 'nodeSpending'>): string {
  if (!spending) return '';
  const nodes = nodeSpending.flatMap(({ name, spending: own }) => (own ? [`${name} ${brief(own)}`] : []));
  return `servers ${spentText(spending)}${nodes.length > 1 ? ` (${nodes.join('; ')})` : ''}`;
}

/** Nothing is said of what no server told. */
export function spentText({ requests, inputTokens, outputTokens, costs }: Omit<Spent, 'items'>): string {
  const parts = [
    ...(requests === null ? [] : [`${requests} ${requests === 1 ? 'request' : 'requests'}`]),
    ...(inputTokens === null ? [] : [`${inputTokens} tokens in`]),
    ...(outputTokens === null ? [] : [`${outputTokens} out`]),
    ...costs.map(money),
  ];
  return parts.join(', ') || 'nothing that they told';
}

/** Of a node: the money, else the requests. */
const brief = (spent: Spent): string =>
  spent.costs.length > 0 ? spent.costs.map(money).join(', ') : spentText({ ...spent, inputTokens: null, outputTokens: null });

const money = ({ amount, currency }: Spent['costs'][number]): string =>
  `${Number(amount.toPrecision(4))}${currency === null ? '' : ` ${currency}`}`;
