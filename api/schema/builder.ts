import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import type { GraphQLResolveInfo } from 'graphql';
import { forbiddenScope } from '../auth/forbidden.ts';
import type { ApiContext } from './context.ts';
import { COST_LIMIT, fieldCost, tooCostly } from './cost.ts';
import { decodeNodeId, nodeIds } from './node-id.ts';
import { mayDo, type Scope } from './viewer.ts';

/** The one builder that every type and field group registers itself with. Connections take `first` (at most 100) and `after`. Scopes are asked
 *  for here and nowhere else: a query or subscription needs `read`, a mutation `operate`, a field with `authScopes: { admin: true }` that. */
export const builder = new SchemaBuilder<{
  Context: ApiContext;
  AuthScopes: Record<Scope, boolean>;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    Digest: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    EventCursor: { Input: string; Output: string };
  };
}>({
  // In this order: what ScopeAuth throws, Errors makes a member of a result union.
  plugins: [RelayPlugin, ErrorsPlugin, ScopeAuthPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    decodeGlobalID: decodeNodeId,
    nodeQueryOptions: { resolve: (_root, { id }, _context, info, resolve) => resolve(nodeIds([id], info)[0]!) },
    nodesQueryOptions: { resolve: (_root, { ids }, _context, info, resolve) => resolve([...nodeIds(ids, info)]) as never },
  },
  errors: { directResult: true },
  complexity: {
    fieldComplexity: fieldCost,
    limit: { complexity: COST_LIMIT },
    complexityError: (_kind, { complexity }) => tooCostly(complexity),
  },
  scopeAuth: {
    authScopes: ({ viewer }) => ({
      read: mayDo(viewer, 'read'),
      operate: mayDo(viewer, 'operate'),
      admin: mayDo(viewer, 'admin'),
    }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { viewer }, info, { failure }) => forbiddenScope(viewer, neededScope(failure, info), info),
  },
});

/** The scope that a field wants. Of one with a scope of its own that one, although its type's is the first to be missed. */
function neededScope(failure: AuthFailure, { parentType, fieldName }: GraphQLResolveInfo): Scope {
  const options = parentType.getFields()[fieldName]?.extensions.pothosOptions as
    | { authScopes?: Partial<Record<Scope, boolean>> }
    | undefined;
  return options?.authScopes?.admin ? 'admin' : (scopeOf(failure) ?? 'admin');
}

/** The scope that was missing. */
function scopeOf(failure: AuthFailure): Scope | undefined {
  if ('failures' in failure) return failure.failures.map(scopeOf).find(Boolean);
  return 'scope' in failure ? (failure.scope as Scope) : undefined;
}
