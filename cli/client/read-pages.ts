/** A page of any connection. */
interface Page<T> {
  edges: readonly { node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** The first `limit` nodes of a connection, in pages of 100 at most. Pages may be short, or empty, while there are more.
 *  @returns also whether there are others */
export async function readPages<T>(
  limit: number,
  page: (variables: { first: number; after: string | null }) => Promise<Page<T>>,
): Promise<{ nodes: T[]; more: boolean }> {
  const nodes: T[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo } = await page({ first: Math.min(100, limit - nodes.length), after });
    nodes.push(...edges.map((edge) => edge.node));
    const more = pageInfo.hasNextPage && pageInfo.endCursor !== null;
    if (!more || nodes.length >= limit) return { nodes, more };
    after = pageInfo.endCursor;
  }
}
