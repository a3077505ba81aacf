import type { RunRow } from '../lineage/index.ts';
import type { SelectStep } from '../plan/define-step.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import { resolveStepParams } from '../plan/params.ts';
import { nodeSeed } from '../plan/seeds.ts';
import type { DecisionOutput, StepContext } from '../plan/step-io.ts';
import type { RunServices } from '../runs/index.ts';
import type { MadeSelection } from './read-selection.ts';
import { NumbersWanted, StoredInputs, type StoredInputsOptions } from './stored-inputs.ts';

/** Runs a selection's step again, with other params or another teacher, over what is stored. It is the code that selected, so what it says is what a
 *  run would do. @throws PARAMS_INVALID, WHAT_IF_NEEDS_BYTES, WHAT_IF_TOO_LARGE, WHAT_IF_FAILED when the step throws */
export async function runStepAgain(
  { db, store }: Pick<RunServices, 'db' | 'store'>,
  run: Pick<RunRow, 'id' | 'seed'>,
  step: SelectStep,
  selection: MadeSelection,
  change: Pick<StoredInputsOptions, 'inputs' | 'known'> & { params: JsonObject },
): Promise<DecisionOutput[]> {
  const params = resolveStepParams(selection.name, step.params, { ...selection.params, ...change.params });
  const seed = step.seeded === false ? '' : nodeSeed(run.seed);
  const attempt = async (numbers: boolean): Promise<DecisionOutput[]> => {
    const nodes = new StoredInputs({ db, store, runId: run.id, step, inputs: change.inputs, known: change.known, numbers });
    return (await step.run({ params, seed, nodes }, context(step))).decisions;
  };
  try {
    return await attempt(false).catch((error: unknown) => {
      if (error instanceof NumbersWanted) return attempt(true);
      throw error;
    });
  } catch (error) {
    if (error instanceof HoplineError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new HoplineError('WHAT_IF_FAILED', `step "${step.name}" must select, got: ${message}`, { cause: error });
  }
}

/** Nothing is warm and there is no model: a selection looks at numbers. */
const context = (step: SelectStep): StepContext => ({
  model(role) {
    throw new HoplineError(
      'WHAT_IF_NEEDS_BYTES',
      `step "${step.name}" must select by scores, got one that opens the model ${role}`,
    );
  },
  warm: (_key, open) => open(),
  threads: 1,
  device: 'none',
  permit: async () => ({ release: () => undefined }),
  signal: new AbortController().signal,
});
