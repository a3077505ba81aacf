import type { VerificationOrder } from '../../engine/lineage/verification-order.ts';
import { type Digest, sha256 } from '../../engine/plan/digest.ts';
import { drawNumber } from '../../engine/plan/draw-tasks.ts';
import type { PlanPage } from '../../engine/plan/plan-page.ts';
import type { PlannedTask } from '../../engine/plan/plan-types.ts';

/** What a task is to the stream that draws: the digest of its items' keys, or the key of the whole node's product. */
export const taskKey = (task: PlannedTask, page: PlanPage | null): Digest =>
  task.key ?? sha256(page!.keys(task.node, task.first, task.count));

/** Whether a task of a node, with its number of the stream, is drawn. Pure: every attempt on every worker finds the same. */
export const isDrawn = ({ external, threshold }: VerificationOrder, node: string, number: number): boolean =>
  number <= threshold! && !external?.nodes.includes(node);

/** The tasks that a verification has drawn of these. */
export const drawnTasks = (tasks: readonly PlannedTask[], page: PlanPage | null, order: VerificationOrder): PlannedTask[] =>
  tasks.filter((task) => isDrawn(order, task.node, drawNumber(order.seed, taskKey(task, page))));
