import { TOKEN_SCOPES, type TokenScope } from '../../engine/lineage/index.ts';

export type Scope = TokenScope;

/** Who asks. */
export interface Viewer {
  /** `owner` or `token/12`: what limits are kept by. */
  id: string;
  /** Of the token, for logs. */
  name: string;
  scope: Scope;
  /** The only project whose runs, samples, artifacts and events it sees. null: all of them. */
  project: { id: number; name: string } | null;
}

/** Who holds the server's own token, or asks a server on a loopback address that has none. */
export const OWNER: Viewer = { id: 'owner', name: 'owner', scope: 'admin', project: null };

/** Whether a viewer's scope includes another one. */
export const mayDo = (viewer: Viewer, scope: Scope): boolean => TOKEN_SCOPES.indexOf(viewer.scope) >= TOKEN_SCOPES.indexOf(scope);
