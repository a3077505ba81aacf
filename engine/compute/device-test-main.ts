/** Looks whether a device computes what a CPU computes, in a process of its own: drivers crash. Started by `test-device.ts`; not to be
 *  imported. */
import { loadProject } from '../plan/project.ts';
import { openStore } from '../store/open-store.ts';
import type { DeviceTestMessage, DeviceTestOrder } from './device-test.ts';
import { openModelFolders } from './model-folders.ts';
import { tryModel } from './try-model.ts';
import { toWireError } from './wire-error.ts';

const tell = (message: DeviceTestMessage): Promise<void> => new Promise((resolve) => process.send!(message, () => resolve()));

async function main({ project: folder, storeUrl, device, threads, models }: DeviceTestOrder): Promise<void> {
  const project = await loadProject(folder);
  await project.probeDevice?.(device);
  await tell({ type: 'usable' });
  const folders = openModelFolders(openStore(storeUrl));
  for (const model of models) {
    const adapter = project.adapters.get(model.adapter);
    if (!adapter?.trial) continue;
    await tell({ type: 'trying', digest: model.digest });
    await tell({
      type: 'model',
      ...(await tryModel(adapter, await folders.folder(model), { device, threads })),
      digest: model.digest,
    });
  }
  await tell({ type: 'done' });
}

process.on('disconnect', () => process.exit(0));
main(JSON.parse(process.argv[2]!) as DeviceTestOrder)
  .catch((error: unknown) => tell({ type: 'failed', error: toWireError(error, 'device test') }))
  .finally(() => process.exit(0));
