import type { MadeItem } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { CommitItem, LiveCommit } from './task-commit.ts';

/** One item of a map task with what became of it. */
export interface MadeThing {
  commit: LiveCommit;
  item: CommitItem;
  made: MadeItem;
  /** null when it failed. */
  contentDigest: Digest | null;
  /** The shard that it lies in; null when it failed. */
  artifact: Digest | null;
}

/** Joins what was asked for with what came back, by key. @throws RESULT_INVALID when an item is missing or has neither content nor reason. */
export function madeThings(commits: readonly LiveCommit[], digestOf: (made: MadeItem) => Digest | null): MadeThing[] {
  return commits.flatMap((commit) => {
    const results = new Map(commit.result.items?.map((made) => [made.key, made]));
    return (commit.items ?? []).map((item) => {
      const made = results.get(item.key);
      if (!made) throw invalid(commit, `must have one item for every key, got none for ${item.key}`);
      const contentDigest = made.failed === undefined ? digestOf(made) : null;
      const artifact = contentDigest && ((made.artifact ?? commit.result.artifact)?.digest ?? null);
      if (made.failed === undefined && !artifact)
        throw invalid(commit, `must have content or a reason for ${item.key}, got neither`);
      return { commit, item, made, contentDigest, artifact };
    });
  });
}

/** One of each key, in the order of keys: two transactions that insert the same ones then wait for each other in one direction only. */
export function distinctByKey(things: readonly MadeThing[]): MadeThing[] {
  const distinct = new Map<Digest, MadeThing>();
  for (const thing of things) if (!distinct.has(thing.item.key)) distinct.set(thing.item.key, thing);
  return [...distinct.values()].sort((a, b) => (a.item.key < b.item.key ? -1 : 1));
}

const invalid = (commit: LiveCommit, rule: string): HoplineError =>
  new HoplineError('RESULT_INVALID', `node "${commit.nodeName}".result ${rule}`);
