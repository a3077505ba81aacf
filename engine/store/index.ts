/** The store: the bytes of everything, named by their digests, written once. */
export { checkStore } from './check-store.ts';
export { openStore } from './open-store.ts';
export { decodeSampleShard, readSampleRows } from './read-sample-shard.ts';
export type { SampleColumn, SampleRow, ScoreRow } from './sample-row.ts';
export { readScoreRows, writeScoreShard } from './score-shard.ts';
export type { ArtifactRef, Leftover, Store, StoredObject } from './store.ts';
export { writeSampleShard } from './write-sample-shard.ts';
