import { decodeGlobalID } from '@pothos/plugin-relay';
import { HoplineError } from '../../engine/plan/errors.ts';

/** The type and key that a relay id names. @throws NODE_ID_INVALID for what is none */
export function decodeNodeId(id: string): { typename: string; id: string } {
  try {
    return decodeGlobalID(id);
  } catch {
    throw new HoplineError('NODE_ID_INVALID', `node.id must be the id of a node, got ${JSON.stringify(id.slice(0, 80))}`, {
      hint: 'run(id: ...) and sample(key: ...) take the ids and keys that people see',
    });
  }
}
