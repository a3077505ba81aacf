import { revokeToken, type TokenRow, tokenNotFound } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { Forbidden, TokenNotFound } from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { TokenRef } from '../types/token.ts';

const RevokeTokenSuccessRef = builder.objectRef<{ token: TokenRow }>('RevokeTokenSuccess').implement({
  fields: (t) => ({ token: t.field({ type: TokenRef, resolve: ({ token }) => token }) }),
});

const RevokeTokenResultRef = builder.errorUnion('RevokeTokenResult', {
  types: [RevokeTokenSuccessRef, TokenNotFound, Forbidden],
  resolveType: () => 'RevokeTokenSuccess',
});

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: RevokeTokenResultRef,
    description: 'Ends a token and the sessions that were opened with it, within five seconds, for good.',
    authScopes: { admin: true },
    args: { tokenId: t.arg.string({ required: true }) },
    resolve: (_root, { tokenId }, { services, visibility }) =>
      withNamedErrors(async () => {
        if (!/^\d{1,15}$/.test(tokenId)) throw tokenNotFound(JSON.stringify(tokenId.slice(0, 60)));
        return { token: await revokeToken(services.db, Number(tokenId), visibility) };
      }),
  }),
);
