/** The store: the bytes of everything, named by their digests, written once. */
export { openStore } from './open-store.ts';
export { decodeSampleShard, readSampleRows } from './read-sample-shard.ts';
export type { SampleColumn, SampleRow, ScoreRow } from './sample-row.ts';
export { readScoreRows, writeScoreShard } from './score-shard.ts';
export type { ArtifactRef, Store } from './store.ts';
export { writeSampleShard } from './write-sample-shard.ts';
