import { type FoldStep, type MapStep, type ReduceStep, type SelectStep, type Step, stepId } from '../plan/define-step.ts';
import { HoplineError } from '../plan/errors.ts';
import { importModule } from '../program/import-module.ts';
import type { WorkOrder } from './order.ts';

export type RunnableStep = MapStep | SelectStep | FoldStep | ReduceStep;

const loaded = new Map<string, Step[]>();

/** The step that an order names, from the module that exports it. A module is imported once in a host's life.
 *  @throws STEP_IMPORT_FAILED, STEP_MISSING, STEP_VERSION_MISMATCH */
export async function loadStep({ step, kind }: Pick<WorkOrder, 'step' | 'kind'>): Promise<RunnableStep> {
  const steps = loaded.get(step.module) ?? (await importSteps(step.module));
  loaded.set(step.module, steps);
  const found = steps.find((candidate) => candidate.name === step.name && candidate.kind === kind);
  if (!found) {
    throw new HoplineError(
      'STEP_MISSING',
      `step.module must export the ${kind} step "${step.name}", got ${step.module} without it`,
      {
        hint: 'export the step from the file whose import.meta.url is its module',
      },
    );
  }
  if (found.version !== step.version) {
    throw new HoplineError(
      'STEP_VERSION_MISMATCH',
      `step.version must be ${stepId(step)}, got ${stepId(found)} from ${step.module}`,
      {
        hint: 'the code changed while the worker ran: restart it, then plan again',
      },
    );
  }
  return found as RunnableStep;
}

async function importSteps(module: string): Promise<Step[]> {
  try {
    return Object.values(await importModule(module)).filter(isStep);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HoplineError('STEP_IMPORT_FAILED', `step.module must be importable, got ${reason} from ${module}`, {
      cause: error,
    });
  }
}

function isStep(value: unknown): value is Step {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && 'name' in value && 'version' in value && 'module' in value
  );
}
