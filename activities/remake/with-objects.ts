import type { RunContext } from '../run-context.ts';
import type { WorkerServices } from '../worker-services.ts';

export async function withObjects<T>(
  _services: WorkerServices,
  _context: RunContext,
  _signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  return work();
}
