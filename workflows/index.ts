/** Everything that the bundle exports to Temporal. */
export { fold } from './fold.ts';
export { run } from './run.ts';
export { shard } from './shard.ts';
export { verify } from './verify.ts';
export { wholeNode } from './whole-node.ts';
