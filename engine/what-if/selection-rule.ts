import { sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { BuiltInRule } from './apply-rule.ts';

/** Another way to select. */
export interface SelectionRule {
  /** Params of the selection's own step; those that are not given stay as they were. */
  params?: JsonObject;
  /** Share of all candidates with the lowest loss, 0 to 1. */
  share?: number;
  /** Loss, at most. */
  threshold?: number;
  /** Candidates of each real sample, those with the lowest loss. */
  keepPerInstance?: number;
  /** The same as a share, at least one of each. */
  sharePerInstance?: number;
  /** As many of each real sample as now, by chance: the seed of the draw. */
  randomSeed?: number;
  /** The other end of the ranking: the highest losses. */
  worst?: boolean;
  /** Another teacher: the scorer of the run whose scores are ranked. */
  scores?: string;
}

const KINDS = ['params', 'share', 'threshold', 'keepPerInstance', 'sharePerInstance', 'randomSeed'] as const;

/** What a rule asks for: the selection's own step with these params, or a rule that needs nothing but losses.
 *  @throws WHAT_IF_RULE_INVALID for several rules in one, none, or a number out of range */
export function compileRule(rule: SelectionRule): { step: JsonObject } | { builtIn: BuiltInRule } {
  const given = KINDS.filter((kind) => rule[kind] !== undefined);
  if (given.length > 1) throw invalid(`must have one of ${KINDS.join(', ')}`, given.join(', '));
  const worst = rule.worst ?? false;
  switch (given[0]) {
    case 'share':
      return { builtIn: { kind: 'share', share: inRange('share', rule.share!, 0, 1), worst } };
    case 'threshold':
      return { builtIn: { kind: 'threshold', threshold: finite(rule.threshold!), worst } };
    case 'keepPerInstance':
      return { builtIn: { kind: 'keepPerInstance', keep: inRange('keepPerInstance', rule.keepPerInstance!, 0, 1e9), worst } };
    case 'sharePerInstance':
      return { builtIn: { kind: 'sharePerInstance', share: inRange('sharePerInstance', rule.sharePerInstance!, 0, 1), worst } };
    case 'randomSeed':
      return { builtIn: { kind: 'random', seed: sha256(`hopline/what-if/${rule.randomSeed}`) } };
    default:
      if (rule.worst !== undefined)
        throw invalid('.worst must come with share, threshold, keepPerInstance or sharePerInstance', 'none');
      if (rule.params === undefined && rule.scores === undefined)
        throw invalid(`must have one of ${KINDS.join(', ')}, scores`, 'none');
      return { step: rule.params ?? {} };
  }
}

function inRange(name: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  throw invalid(`.${name} must be ${low} to ${high}`, String(value));
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw invalid('.threshold must be a number', String(value));
}

const invalid = (rule: string, got: string): HoplineError =>
  new HoplineError('WHAT_IF_RULE_INVALID', `whatIf.rule${rule.startsWith('.') ? '' : ' '}${rule}, got ${got}`);
