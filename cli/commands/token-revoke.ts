import { connect } from '../client/connect.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { revokeToken } from '../operations/tokens.ts';

/** Ends a token for good. */
export async function tokenRevoke(context: CommandContext, tokenId: string): Promise<number> {
  const client = await connect(context);
  const { token } = unwrapResult((await client.query(revokeToken, { tokenId })).revokeToken);
  if (context.json) context.print(JSON.stringify(token));
  else context.note(`token ${token.tokenId} (${token.name}) is revoked; servers stop taking it within five seconds`);
  return 0;
}
