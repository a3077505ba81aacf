import type { GraphQLResolveInfo } from 'graphql';
import { HoplineError } from '../../engine/plan/errors.ts';
import { Forbidden } from '../schema/errors/named-errors.ts';
import type { Scope, Viewer } from '../schema/viewer.ts';

/** What a field answers to somebody whose scope doesn't include it: a `Forbidden` where its result union has one, else an error with code
 *  FORBIDDEN. */
export function forbiddenScope(viewer: Viewer, needed: Scope, info: GraphQLResolveInfo): Error {
  const error = new HoplineError(
    'FORBIDDEN',
    `${info.parentType.name}.${info.fieldName} must be asked with scope ${needed}, got a token with scope ${viewer.scope}`,
    { hint: `hopline token create --scope ${needed}` },
  );
  return mayAnswerForbidden(info) ? new Forbidden(error) : error;
}

/** Of a token that names another project than its own. */
export const forbiddenProject = (viewer: Viewer, project: string): HoplineError =>
  new HoplineError('FORBIDDEN', `project must be the token's own, ${viewer.project?.name}, got ${JSON.stringify(project)}`, {
    hint: 'leave it out',
  });

/** By shape: a process may have loaded `graphql` twice, as an ES module and as a CommonJS one. */
function mayAnswerForbidden({ returnType }: GraphQLResolveInfo): boolean {
  const type = 'ofType' in returnType ? returnType.ofType : returnType;
  return 'getTypes' in type && type.getTypes().some(({ name }) => name === 'Forbidden');
}
