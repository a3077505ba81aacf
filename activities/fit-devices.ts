import { type DeviceSpec, kindOf, parseDevices } from '../engine/compute/device-spec.ts';
import { testDevices } from '../engine/compute/test-device.ts';
import { listModels } from '../engine/lineage/index.ts';
import type { RunServices } from '../engine/runs/index.ts';
import type { WorkerSettings } from './worker-settings.ts';

/** The worker's devices, tried before any work is taken (HOPLINE_SELF_TEST=off believes them).
 *  @throws DEVICES_INVALID, DEVICE_UNAVAILABLE */
export async function fitDevices(settings: WorkerSettings, { db }: Pick<RunServices, 'db'>): Promise<DeviceSpec[]> {
  const devices = parseDevices(settings.devices);
  if (!settings.selfTest || devices.every(({ name }) => kindOf(name) === 'cpu')) return devices;
  return testDevices(devices, {
    project: settings.project,
    storeUrl: settings.storeUrl,
    models: await listModels(db),
    log: (line) => console.log(line),
  });
}
