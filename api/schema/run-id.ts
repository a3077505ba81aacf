import { decodeGlobalID } from '@pothos/plugin-relay';

/** A run id from an argument: the relay id `Run:...`, or the plain one that the command line shows. */
export function runIdOf(id: string): string {
  try {
    const { typename, id: plain } = decodeGlobalID(id);
    return typename === 'Run' ? plain : id;
  } catch {
    return id;
  }
}
