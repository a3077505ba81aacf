import { connect } from '../client/connect.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { createToken, type Token } from '../operations/tokens.ts';

export interface TokenCreateOptions {
  name: string;
  scope: 'read' | 'operate' | 'admin';
  project?: string;
  /** Milliseconds; null: never. */
  expires: number | null;
}

/** Makes a token. The secret goes to stdout, alone, this once; what it is worth to stderr. */
export async function tokenCreate(context: CommandContext, options: TokenCreateOptions): Promise<number> {
  const client = await connect(context);
  const input = {
    name: options.name,
    scope: options.scope.toUpperCase() as Token['scope'],
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(options.expires === null ? {} : { expiresInSeconds: Math.ceil(options.expires / 1000) }),
  };
  const { token, secret } = unwrapResult((await client.query(createToken, { input })).createToken);
  if (context.json) context.print(JSON.stringify({ ...token, secret }));
  else {
    context.print(secret);
    const sees = token.project === null ? 'all projects' : `project ${token.project}`;
    const ends = token.expiresAt === null ? 'never expires' : `expires ${token.expiresAt.slice(0, 19)}`;
    context.note(`token ${token.tokenId}: scope ${options.scope}, ${sees}, ${ends}; it is shown this once: HOPLINE_TOKEN=...`);
  }
  return 0;
}
