import type { Digest } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { objectLost, unreadableObject } from './object-lost.ts';
import { remakeObject } from './remake-object.ts';
import type { RemakeServices } from './remake-task.ts';

/** Does some work for a run, and does it again when an object that it reads is missing or broken in the store and could be made again.
 *  What is broken is never used: the store checks every object that it reads. `making`: objects that are being made again already, for
 *  whose sake this one is read.
 *  @throws OBJECT_LOST (permanent), naming the object and what can be done; OBJECT_MOVED (not permanent) when what was made instead lies
 *  under another digest, so that whoever looked it up must look again */
export async function withObjects<T>(
  services: RemakeServices,
  runId: string,
  signal: AbortSignal,
  work: () => Promise<T>,
  making: ReadonlySet<Digest> = new Set(),
): Promise<T> {
  const remade = new Set(making);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const digest = unreadableObject(error);
      if (!digest || signal.aborted) throw error;
      if (remade.has(digest)) throw objectLost(digest, 'an object that broke again', 'look at the disk of the store', error);
      remade.add(digest);
      console.log(`object ${digest} of run ${runId} can't be read and is made again: ${(error as HoplineError).message}`);
      const reading = <I>(inputs: () => Promise<I>): Promise<I> => withObjects(services, runId, signal, inputs, remade);
      if ((await remakeObject(services, { runId, digest, signal, reading })) === 'moved') throw moved(digest);
    }
  }
}

const moved = (digest: Digest): HoplineError =>
  new HoplineError('OBJECT_MOVED', `object ${digest} must be looked up again, got another one that was made instead`, {
    permanent: false,
  });
