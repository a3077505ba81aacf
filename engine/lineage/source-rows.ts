/** SQL over `node n` of kind source: how many rows it has. A row may have a text, a picture or both, which are members at 2r and 2r + 1.
 *  The index alone tells. */
export const SOURCE_ROWS = '(SELECT count(DISTINCT x.ordinal / 2) FROM node_sample x WHERE x.node_id = n.id)';
