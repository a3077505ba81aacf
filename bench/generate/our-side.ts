import { hostFlags } from '../../engine/compute/host-flags.ts';
import { nodeArguments } from '../../engine/program/node-arguments.ts';
import { openSide, type Side } from './side.ts';

/** Ours, in a process as device hosts are. */
export const openOurSide = (threads: number): Promise<Side> =>
  openSide(process.execPath, [...nodeArguments('bench/generate/our-side-main.ts', hostFlags(1024)), String(threads)], {
    threads,
  });
