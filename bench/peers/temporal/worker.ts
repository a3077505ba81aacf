/** The peer's worker: four activities at once, its workflow bundled beforehand. */
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from '../task.ts';

const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS! });
const worker = await Worker.create({
  connection,
  taskQueue: 'workload',
  workflowBundle: { codePath: 'workflow-bundle.js' },
  activities,
  maxConcurrentActivityTaskExecutions: 4,
});
await worker.run();
