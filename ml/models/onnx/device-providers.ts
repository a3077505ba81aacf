import type { InferenceSession } from 'onnxruntime-node';
import { HoplineError } from '../../../engine/plan/errors.ts';

/** An execution provider of onnxruntime, by name or with its settings. */
export type Provider = InferenceSession.ExecutionProviderConfig;

/** The execution providers of a device. The CPU does what it can't, without being named: where `cpu` stands behind it in the list, a device
 *  that this build doesn't know is left out without a word.
 *  @param device kind and index, as HOPLINE_DEVICES names them: `cpu` (default), `cpu:0`, `cuda:1`, `tensorrt:0`, `webgpu`, `dml:0`, `coreml`
 *  @throws HoplineError OPTION_INVALID */
export function deviceProviders(device = 'cpu'): readonly Provider[] {
  const [, kind, index] = /^(cpu|cuda|tensorrt|webgpu|dml|coreml)(?::(\d{1,3}))?$/.exec(device) ?? [];
  const deviceId = Number(index ?? 0);
  switch (kind) {
    case 'cpu':
      return ['cpu'];
    case 'webgpu':
    case 'coreml':
      return [kind];
    case 'cuda':
    case 'dml':
      return [{ name: kind, deviceId }];
    case 'tensorrt':
      return [{ name: kind, deviceId } as Provider, { name: 'cuda', deviceId }];
    default:
      throw new HoplineError(
        'OPTION_INVALID',
        `options.device must be cpu, cuda:N, tensorrt:N, webgpu, dml:N or coreml, got ${device.slice(0, 40)}`,
      );
  }
}
