import { operation } from '../client/operation.ts';
import type { NamedError } from '../client/unwrap-result.ts';

export interface Token {
  tokenId: string;
  name: string;
  scope: 'READ' | 'OPERATE' | 'ADMIN';
  /** null: all of them. */
  project: string | null;
  createdAt: string;
  /** null: never. */
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

const fields = 'tokenId name scope project createdAt expiresAt lastUsedAt revokedAt';

export const tokens = operation<
  { tokens: { edges: { node: Token }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } },
  { after: string | null }
>(`
  query Tokens($after: String) {
    tokens(first: 100, after: $after) { edges { node { ${fields} } } pageInfo { hasNextPage endCursor } } }`);

export const createToken = operation<
  { createToken: { token: Token; secret: string } | NamedError },
  { input: { name: string; scope: Token['scope']; project?: string; expiresInSeconds?: number } }
>(`
  mutation CreateToken($input: CreateTokenInput!) {
    createToken(input: $input) { ... on CreateTokenSuccess { secret token { ${fields} } } ... on Error { code message hint } } }`);

export const revokeToken = operation<{ revokeToken: { token: Token } | NamedError }, { tokenId: string }>(`
  mutation RevokeToken($tokenId: String!) {
    revokeToken(tokenId: $tokenId) { ... on RevokeTokenSuccess { token { ${fields} } } ... on Error { code message hint } } }`);
