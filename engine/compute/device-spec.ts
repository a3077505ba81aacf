import { availableParallelism } from 'node:os';
import { HoplineError } from '../plan/errors.ts';

/** Kinds of devices, named as onnxruntime names what executes on them. */
export const DEVICE_KINDS = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** A device, and so a device host. */
export interface DeviceSpec {
  /** Kind and index: `cpu:0`, `cuda:1`, `webgpu:0`. */
  name: string;
  /** intra-op threads of the host. */
  threads: number;
  /** Models that must not run on it, by digest, and why: see test-device.ts. */
  unfit?: Record<string, string>;
}

/** Devices from HOPLINE_DEVICES. Unset or `cpu`: a CPU host a core, up to 4, with a thread each. A list such as `cuda:0,cuda:1` or
 *  `cpu,webgpu`: as given, the cores shared out among the hosts; a kind alone is its first device.
 *  @throws DEVICES_INVALID */
export function parseDevices(text: string | undefined, cores: number = availableParallelism()): DeviceSpec[] {
  if (!text?.trim() || text.trim() === 'cpu') {
    return Array.from({ length: Math.min(4, Math.max(1, cores)) }, (_, index) => ({ name: `cpu:${index}`, threads: 1 }));
  }
  const names = text.split(',').map((name) => withIndex(name.trim()));
  const odd = names.find((name, index) => !isDevice(name) || names.indexOf(name) !== index);
  if (odd !== undefined) {
    throw new HoplineError(
      'DEVICES_INVALID',
      `HOPLINE_DEVICES must be a list like cpu,cuda:0 of the kinds ${DEVICE_KINDS.join(', ')}, each once, got ${text}`,
      {
        hint: 'unset HOPLINE_DEVICES for one CPU host a core',
      },
    );
  }
  return names.map((name) => ({ name, threads: Math.max(1, Math.floor(cores / names.length)) }));
}

export const kindOf = (device: string): DeviceKind => device.split(':')[0] as DeviceKind;

const withIndex = (name: string): string => (/^[a-z]+$/.test(name) ? `${name}:0` : name);

const isDevice = (name: string): boolean =>
  /^[a-z]+:\d{1,3}$/.test(name) && (DEVICE_KINDS as readonly string[]).includes(kindOf(name));
