import { listTokens } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { connectionType, pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connectionOf, pageSize } from '../page.ts';
import { TokenRef } from '../types/token.ts';

const TokenConnection = connectionType('Token', TokenRef);
const code = cursorCode('tokens', null, [0]);

builder.queryField('tokens', (t) =>
  t.field({
    type: TokenConnection,
    description: "Newest first, also those that are expired or revoked. A project's token sees its project's.",
    authScopes: { admin: true },
    args: pageArguments,
    resolve: async (_root, args, { services, visibility }) => {
      const after = code.decode(args.after)?.[0];
      const page = { limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) };
      return connectionOf(await listTokens(services.db, visibility, page), args, (token) => code.encode([token.id]));
    },
  }),
);
