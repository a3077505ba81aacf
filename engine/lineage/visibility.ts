/** Whose things a reader sees: the id of the one project, or null for all. A run belongs to a project. A product (sample, score, outcome)
 *  belongs to none: a project sees those that a node of one of its runs consists of. */
export type Visibility = number | null;

/** SQL: whether the run with this id belongs to the project of parameter `$n`. */
export const visibleRun = (runId: string, n: number): string =>
  `($${n}::bigint IS NULL OR EXISTS (SELECT 1 FROM run v WHERE v.id = ${runId} AND v.project_id = $${n}))`;

/** SQL: whether the sample with this id is a member of a node of a run of the project of parameter `$n`. One look into `node_sample_sample`. */
export const visibleSample = (sampleId: string, n: number): string => visible('node_sample', 'sample_id', sampleId, n);

/** SQL of the ids of the nodes of a run of the project of parameter `$n` that has the sample `id`, as an array; null where there is none. Of the oldest
 *  such run, which mostly made it and so has everything around it. */
export const nodesAround = (id: string, n: number): string => `
  (SELECT array_agg(an.id) FROM node an WHERE an.run_id = (
     SELECT sn.run_id FROM node_sample sm JOIN node sn ON sn.id = sm.node_id JOIN run sr ON sr.id = sn.run_id
      WHERE sm.sample_id = ${id} AND sr.project_id = $${n} ORDER BY sn.id LIMIT 1))`;

/** The same as `visibleSample` for samples that are mostly members of the nodes `around`: one look for those, three for others. */
export const visibleAround = (sampleId: string, n: number, around: string): string =>
  `($${n}::bigint IS NULL OR EXISTS (SELECT 1 FROM node_sample am WHERE am.sample_id = ${sampleId} AND am.node_id = ANY (${around}) OFFSET 0)
    OR ${visibleSample(sampleId, n)})`;

/** The same for scores. */
export const visibleScore = (scoreId: string, n: number): string => visible('node_score', 'score_id', scoreId, n);

/** The same for decisions, checkpoints and results. */
export const visibleOutcome = (outcomeId: string, n: number): string => visible('node_outcome', 'outcome_id', outcomeId, n);

/** OFFSET 0 keeps it a look into an index for each row: the planner would otherwise read all memberships of the project for a walk that it
 *  takes for a long one. */
function visible(membership: string, column: string, id: string, n: number): string {
  return `($${n}::bigint IS NULL OR EXISTS (SELECT 1 FROM ${membership} vm JOIN node vn ON vn.id = vm.node_id JOIN run vr ON vr.id = vn.run_id
            WHERE vm.${column} = ${id} AND vr.project_id = $${n} OFFSET 0))`;
}
