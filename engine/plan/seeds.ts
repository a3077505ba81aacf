import { sha256 } from './digest.ts';

/** 64 hex characters: 256 bits for the counter-based generator. */
export type Seed = string;

/** The seed of one sample: it depends on the run's seed, the real sample it grows from, its chain and its hop, and on nothing else,
 *  so never on batch, order, worker or time (design.md section 5). */
export function sampleSeed(runSeed: number, rootKey: string, chain: number, hop: number): Seed {
  return sha256(`hopline/sample/${runSeed}/${rootKey}/${chain}/${hop}`);
}

/** The seed of a whole-node computation: a selection, an epoch, a metric. The same for every node of a run, so that variants share
 *  their initial weights. */
export function nodeSeed(runSeed: number): Seed {
  return sha256(`hopline/node/${runSeed}`);
}
