/** What a token may do; each scope includes the ones before it. */
export const TOKEN_SCOPES = ['read', 'operate', 'admin'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** A token as it is stored: everything but the secret, of which there is only a hash. */
export interface TokenRow {
  id: number;
  name: string;
  /** The widest of the scopes that it has. */
  scope: TokenScope;
  /** The only project that it sees. null: all of them. */
  project: { id: number; name: string } | null;
  createdAt: Date;
  /** null: never. */
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** SELECT list for `token t LEFT JOIN project p`. */
export const TOKEN_COLUMNS = `
  t.id, t.name, CASE WHEN 'admin' = ANY (t.scopes) THEN 'admin' WHEN 'operate' = ANY (t.scopes) THEN 'operate' ELSE 'read' END AS scope,
  CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name) END AS project,
  t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.last_used_at AS "lastUsedAt", t.revoked_at AS "revokedAt"`;
