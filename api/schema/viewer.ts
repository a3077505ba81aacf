/** What a token may do; each scope includes the ones before it. */
export const SCOPES = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks. */
export interface Viewer {
  /** Of the token, for logs. */
  name: string;
  scope: Scope;
  /** The only project whose runs, samples, artifacts and events it sees. null: all of them. */
  project: { id: number; name: string } | null;
}

/** Who holds the server's own token, or asks a server on a loopback address that has none. */
export const OWNER: Viewer = { name: 'owner', scope: 'admin', project: null };

/** Whether a viewer's scope includes another one. */
export const mayDo = (viewer: Viewer, scope: Scope): boolean => SCOPES.indexOf(viewer.scope) >= SCOPES.indexOf(scope);
