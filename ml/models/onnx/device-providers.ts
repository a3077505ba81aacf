import type { InferenceSession } from 'onnxruntime-node';
import { HoplineError } from '../../../engine/plan/errors.ts';

/** An execution provider of onnxruntime, by name or with its settings. */
export type Provider = InferenceSession.ExecutionProviderConfig;

/** The execution providers of a device: itself, then the CPU for what it can't do.
 *  @param device `cpu` (default), `cuda`, `cuda:1`, `webgpu`. @throws HoplineError OPTION_INVALID */
export function deviceProviders(device = 'cpu'): readonly Provider[] {
  if (device === 'cpu') return ['cpu'];
  if (device === 'webgpu') return ['webgpu', 'cpu'];
  const cuda = /^cuda(?::(\d{1,3}))?$/.exec(device);
  if (cuda) return [{ name: 'cuda', deviceId: Number(cuda[1] ?? 0) }, 'cpu'];
  throw new HoplineError('OPTION_INVALID', `options.device must be cpu, cuda:N or webgpu, got ${device.slice(0, 40)}`);
}
