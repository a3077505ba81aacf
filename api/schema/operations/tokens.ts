import { listTokens } from '../../../engine/lineage/index.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { builder } from '../builder.ts';
import { connectionOf, pageSize } from '../page.ts';
import { TokenRef } from '../types/token.ts';

builder.queryField('tokens', (t) =>
  t.connection({
    type: TokenRef,
    description: "Newest first, also those that are expired or revoked. A project's token sees its project's.",
    authScopes: { admin: true },
    resolve: async (_root, page, { services, visibility }) => {
      const after = page.after == null ? {} : { after: cursorOf(page.after) };
      const rows = await listTokens(services.db, visibility, { limit: pageSize(page) + 1, ...after });
      return connectionOf(rows, page, (token) => String(token.id));
    },
  }),
);

function cursorOf(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw new HoplineError('PAGE_INVALID', `page.after must be a cursor of an earlier page, got ${after.slice(0, 60)}`);
}
