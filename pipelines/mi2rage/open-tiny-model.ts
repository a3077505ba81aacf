import { HoplineError } from '../../engine/plan/errors.ts';
import type { StepContext } from '../../engine/plan/step-io.ts';
import { MODEL_FILE, type ModelKind } from '../../ml/models/model-file.ts';

/** Opens the model of a role once in a device host's life.
 *  @throws ADAPTER_UNKNOWN when the model that plays the role is of another kind */
export function openTinyModel<T>(
  context: StepContext,
  role: string,
  kind: ModelKind,
  open: (bytes: Uint8Array, options: { threads: number }) => Promise<T>,
): Promise<T> {
  const model = context.model(role);
  if (model.adapter !== kind) {
    throw new HoplineError(
      'ADAPTER_UNKNOWN',
      `model "${model.name}".adapter must be ${kind} to play the ${role}, got ${model.adapter}`,
      {
        hint: `hopline models ls shows the models; --set models.${role}=NAME takes another`,
      },
    );
  }
  return context.warm(`${kind} ${model.digest} ${context.threads}`, async () =>
    open(await model.read(MODEL_FILE), { threads: context.threads }),
  );
}
