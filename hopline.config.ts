import { defineConfig } from './engine/plan/project.ts';
import { readers } from './ml/data/index.ts';
import { adapters, shippedModels } from './ml/models/index.ts';
import { pipelines } from './pipelines/index.ts';

/** Loaded late: only a worker with other devices than CPUs asks. */
const probeDevice = async (device: string): Promise<void> => (await import('./ml/models/onnx/index.ts')).probeDevice(device);

/** What ships with Hopline. A project of yours has a file like this one. */
export default defineConfig({
  pipelines,
  readers: Object.values(readers),
  adapters,
  models: shippedModels,
  datasets: [{ name: 'scenes', reader: 'scenes' }],
  probeDevice,
});
