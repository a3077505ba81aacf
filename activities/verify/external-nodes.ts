import { modelAdapters } from '../../engine/lineage/models.ts';
import type { PlannedNode } from '../../engine/plan/plan-types.ts';
import type { WorkerServices } from '../worker-services.ts';

/** Nodes of a plan that read a model of a server: executing them again costs money, and nobody here answers for the same coming out. */
export async function externalNodes(
  { db, project }: Pick<WorkerServices, 'db' | 'project'>,
  nodes: readonly Pick<PlannedNode, 'name' | 'models'>[],
): Promise<Set<string>> {
  const models = nodes.flatMap((node) => Object.values(node.models));
  const adapters = await modelAdapters(db, models);
  const isExternal = ({ name, digest }: (typeof models)[number]): boolean =>
    project.adapters.get(adapters.get(`${name}@${digest}`) ?? '')?.external === true;
  return new Set(nodes.filter((node) => Object.values(node.models).some(isExternal)).map(({ name }) => name));
}
