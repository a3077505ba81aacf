import { graphql, type ResultOf } from '../client/graphql.ts';

const tokenFields = graphql(`
  fragment Token on Token { tokenId name scope project createdAt expiresAt lastUsedAt revokedAt }`);

export type Token = ResultOf<typeof tokenFields>;

export const tokens = graphql(
  `
  query Tokens($after: String) { tokens(first: 100, after: $after) { edges { node { ...Token } } pageInfo { hasNextPage endCursor } } }`,
  [tokenFields],
);

export const createToken = graphql(
  `
  mutation CreateToken($input: CreateTokenInput!) {
    createToken(input: $input) { ... on CreateTokenSuccess { secret token { ...Token } } ... on Error { code message hint } }
  }`,
  [tokenFields],
);

export const revokeToken = graphql(
  `
  mutation RevokeToken($tokenId: String!) {
    revokeToken(tokenId: $tokenId) { ... on RevokeTokenSuccess { token { ...Token } } ... on Error { code message hint } }
  }`,
  [tokenFields],
);
