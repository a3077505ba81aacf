import { HoplineError } from '../../engine/plan/errors.ts';
import type { ModelFiles, StepContext } from '../../engine/plan/step-io.ts';

/** Opens the model of a role from its folder once in a device host's life.
 *  @throws what `open` throws */
export async function openFromFolder<T>(
  { warm, threads, device }: StepContext,
  model: ModelFiles,
  open: (folder: string, options: { threads: number; device: string }) => Promise<T>,
): Promise<T> {
  return warm(`${model.adapter} ${model.digest} ${device} ${threads}`, async () =>
    open(await model.folder(), { threads, device }),
  );
}

/** @throws ADAPTER_UNKNOWN */
export function wrongAdapter(model: ModelFiles, role: string, known: readonly string[]): HoplineError {
  return new HoplineError(
    'ADAPTER_UNKNOWN',
    `model "${model.name}".adapter must be ${known.join(' or ')} to be the ${role}, got ${model.adapter}`,
    { hint: 'hopline models ls shows the models' },
  );
}
