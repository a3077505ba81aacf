import { decodeGlobalID } from '@pothos/plugin-relay';
import type { GraphQLResolveInfo } from 'graphql';
import { HoplineError } from '../../engine/plan/errors.ts';

/** The type and key that a relay id names. */
export interface NodeId {
  typename: string;
  id: string;
}

/** Ids in one `nodes`, as a page has rows. */
const MOST_IDS = 100;

/** What is no id names no type, and is refused by the field that resolves it: arguments are read for the cost of the whole operation, too, where an
 *  error would be told of every field beside it. */
export function decodeNodeId(id: string): NodeId {
  try {
    return decodeGlobalID(id);
  } catch {
    return { typename: '', id };
  }
}

/** The same ids. @throws NODE_ID_INVALID for one that names no type of nodes, PAGE_INVALID for too many */
export function nodeIds(ids: readonly NodeId[], { schema }: GraphQLResolveInfo): readonly NodeId[] {
  if (ids.length > MOST_IDS) throw new HoplineError('PAGE_INVALID', `nodes.ids must be at most ${MOST_IDS}, got ${ids.length}`);
  for (const { typename, id } of ids) {
    const type = schema.getType(typename);
    // By shape: a process may have loaded `graphql` twice, as an ES module and as a CommonJS one.
    if (type && 'getInterfaces' in type && type.getInterfaces().some(({ name }) => name === 'Node')) continue;
    const shown = JSON.stringify((typename && `${typename}:`) + id).slice(0, 80);
    throw new HoplineError('NODE_ID_INVALID', `node.id must be the id of a node, got ${shown}`, {
      hint: 'run(id: ...) and sample(key: ...) take the ids and keys that people see',
    });
  }
  return ids;
}
