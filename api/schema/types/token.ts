import { TOKEN_SCOPES, type TokenRow } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';

export const TokenScopeRef = builder.enumType('TokenScope', {
  description: 'What a token may do; each includes the ones before it.',
  values: {
    READ: { value: TOKEN_SCOPES[0], description: 'Ask.' },
    OPERATE: { value: TOKEN_SCOPES[1], description: 'Launch, pause, resume, cancel, rerun, verify, label.' },
    ADMIN: { value: TOKEN_SCOPES[2], description: 'Make and revoke tokens; of all projects: retract.' },
  } as const,
});

export const TokenRef = builder.objectRef<TokenRow>('Token').implement({
  description: 'Who may ask this server for what. Of the secret there is only a hash.',
  fields: (t) => ({
    tokenId: t.string({ description: 'What it is revoked by.', resolve: (token) => String(token.id) }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    scope: t.field({ type: TokenScopeRef, resolve: (token) => token.scope }),
    project: t.string({
      nullable: true,
      description: 'The only project that it sees; null: all of them.',
      resolve: (token) => token.project?.name ?? null,
    }),
    createdAt: t.field({ type: 'DateTime', resolve: (token) => token.createdAt }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, description: 'null: never.', resolve: (token) => token.expiresAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'To the minute.',
      resolve: (token) => token.lastUsedAt,
    }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, resolve: (token) => token.revokedAt }),
  }),
});
