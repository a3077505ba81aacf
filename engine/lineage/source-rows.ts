/** SQL over `node n` of kind source: how many rows it has. A row may have a text, a picture or both, which are members each. */
export const SOURCE_ROWS = `(
  SELECT coalesce(greatest(max(by_medium.count), count(DISTINCT by_medium.root)), 0) FROM (
    SELECT coalesce(x.root_key, s.root_key) AS root, count(*) OVER (PARTITION BY s.medium) AS count
      FROM node_sample x JOIN sample s ON s.id = x.sample_id WHERE x.node_id = n.id) by_medium)`;
