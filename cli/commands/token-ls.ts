import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { type Token, tokens } from '../operations/tokens.ts';
import { table } from '../terminal/table.ts';

/** The tokens that were made, newest first. */
export async function tokenLs(context: CommandContext): Promise<number> {
  const client = await connect(context);
  const found: Token[] = [];
  let after: string | null = null;
  do {
    const { edges, pageInfo } = await nextPage(client, after);
    found.push(...edges.map(({ node }) => node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  if (context.json) context.print(JSON.stringify(found));
  else if (found.length === 0) context.print('no tokens yet: hopline token create --name NAME --scope read');
  else {
    const rows = found.map((token) => [
      token.tokenId,
      token.name,
      token.scope.toLowerCase(),
      token.project ?? 'all',
      stateOf(token),
      token.createdAt.slice(0, 19),
      token.lastUsedAt?.slice(0, 16) ?? 'never',
    ]);
    const titles = ['token', 'name', 'scope', 'project', 'state', 'created', 'last used'];
    context.print(
      table(
        titles.map((title) => ({ title })),
        rows,
      ),
    );
  }
  return 0;
}

const nextPage = async (client: ApiClient, after: string | null) => (await client.query(tokens, { after })).tokens;

function stateOf({ revokedAt, expiresAt }: Token): string {
  if (revokedAt) return 'revoked';
  if (!expiresAt) return 'for ever';
  return `${Date.parse(expiresAt) <= Date.now() ? 'expired' : 'until'} ${expiresAt.slice(0, 16)}`;
}
