import { availableParallelism } from 'node:os';
import { HoplineError } from '../plan/errors.ts';

/** A device, and so a device host. */
export interface DeviceSpec {
  /** `cpu:0`, `cuda:1`. */
  name: string;
  /** intra-op threads of the host. */
  threads: number;
}

/** Devices from HOPLINE_DEVICES. Unset or `cpu`: a CPU host a core, up to 4, with a thread each. A list such as `cuda:0,cuda:1` or
 *  `cpu:0,cpu:1`: as given, the cores shared out among the hosts.
 *  @throws DEVICES_INVALID */
export function parseDevices(text: string | undefined, cores: number = availableParallelism()): DeviceSpec[] {
  if (!text?.trim() || text.trim() === 'cpu') {
    return Array.from({ length: Math.min(4, Math.max(1, cores)) }, (_, index) => ({ name: `cpu:${index}`, threads: 1 }));
  }
  const names = text.split(',').map((name) => name.trim());
  const odd = names.find((name, index) => !/^[a-z]+:\d+$/.test(name) || names.indexOf(name) !== index);
  if (odd !== undefined) {
    throw new HoplineError(
      'DEVICES_INVALID',
      `HOPLINE_DEVICES must be a list like cpu:0,cpu:1 or cuda:0, each once, got ${text}`,
      {
        hint: 'unset HOPLINE_DEVICES for one CPU host a core',
      },
    );
  }
  return names.map((name) => ({ name, threads: Math.max(1, Math.floor(cores / names.length)) }));
}
