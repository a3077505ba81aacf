import type { Tx } from './db.ts';
import type { Visibility } from './visibility.ts';

export interface WorkerRow {
  name: string;
  /** Where its pid can be looked up. */
  host: string;
  pid: number;
  buildId: string;
  devices: string[];
  resources: string[];
  startedAt: Date;
  /** Its last sign of life. */
  seenAt: Date;
  /** When it said good-bye, or somebody found it dead. */
  endedAt: Date | null;
  /** Activities that it has in hand, with the workflow that each belongs to. */
  inHand: { activity: string; workflowId: string; startedAt: string }[];
}

/** Workers that have signed in and not been signed out, the longest-serving first. They are the instance's; what they have in hand is told of
 *  visible runs only. */
export function listWorkers(db: Tx, visibility: Visibility = null): Promise<WorkerRow[]> {
  return db.query(
    `SELECT w.name, w.host, w.pid, w.build_id AS "buildId", w.devices, w.resources, w.started_at AS "startedAt", w.seen_at AS "seenAt",
            w.ended_at AS "endedAt", coalesce(h.held, '[]') AS "inHand"
       FROM worker w
       LEFT JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object('activity', activity, 'workflowId', workflow_id, 'startedAt', started_at) ORDER BY started_at) AS held
           FROM worker_activity a WHERE a.worker = w.name AND ($1::bigint IS NULL OR EXISTS (
                  SELECT 1 FROM run r WHERE r.id = split_part(a.workflow_id, '/', 2) AND r.project_id = $1))) h ON true
      WHERE w.ended_at IS NULL ORDER BY w.started_at, w.name`,
    [visibility],
  );
}
