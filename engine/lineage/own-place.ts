/** SQL of a LATERAL join `own (run_id, name)`: where a product stands among the runs of the project of parameter `$n`, when the run `made` that
 *  made it is another project's. Products are shared by content; runs are not, so nobody is told of a run that isn't theirs. */
export const ownPlace = (kind: 'sample' | 'score' | 'outcome', id: string, made: string, n: number): string => `
  LEFT JOIN LATERAL (
    SELECT pn.run_id, pn.name FROM node_${kind} pm JOIN node pn ON pn.id = pm.node_id JOIN run pr ON pr.id = pn.run_id
     WHERE pm.${kind}_id = ${id} AND pr.project_id = $${n} ORDER BY pn.id LIMIT 1
  ) own ON $${n}::bigint IS NOT NULL AND (SELECT project_id FROM run WHERE id = ${made}) <> $${n}`;
