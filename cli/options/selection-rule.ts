import type { SelectionRule } from '../operations/what-if.ts';
import { UsageError } from '../usage-error.ts';
import { setParams } from './set-params.ts';

/** How `what-if` says what to select by instead. */
export interface SelectionRuleOptions {
  set: string[];
  share?: number;
  threshold?: number;
  keepPerInstance?: number;
  sharePerInstance?: number;
  randomSeed?: number;
  worst?: boolean;
  scores?: string;
}

/** The rule of the API that the options name. @throws UsageError for none, or several that exclude each other */
export function selectionRule({ set, worst, scores, ...rules }: SelectionRuleOptions): SelectionRule {
  const named = {
    '--set': set.length > 0 || undefined,
    '--share': rules.share,
    '--threshold': rules.threshold,
    '--keep-per-instance': rules.keepPerInstance,
    '--share-per-instance': rules.sharePerInstance,
    '--random-seed': rules.randomSeed,
  };
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 1)
    throw new UsageError(`the rule must be one of ${Object.keys(named).join(', ')}, got ${given.join(' and ')}`);
  if (given.length === 0 && scores === undefined)
    throw new UsageError(
      `the rule must be one of ${Object.keys(named).join(', ')}, --scores, got none`,
      "--set changes the selection's own params: hopline what-if RUN NODE --set keep=4",
    );
  if (worst && !/^--(share|threshold|keep|share-per)/.test(given[0] ?? ''))
    throw new UsageError(
      `--worst must come with --share, --threshold, --keep-per-instance or --share-per-instance, got ${given[0] ?? '--scores'}`,
    );
  return {
    ...(set.length > 0 ? { params: setParams({}, set) } : {}),
    share: rules.share ?? null,
    threshold: rules.threshold ?? null,
    keepPerInstance: rules.keepPerInstance ?? null,
    sharePerInstance: rules.sharePerInstance ?? null,
    randomSeed: rules.randomSeed ?? null,
    worst: worst ?? null,
    scores: scores ?? null,
  };
}
