/** `client.mjs start|await WORKFLOW_ID [PARAM] [ATTEMPTS]`. */
import { Client, Connection } from '@temporalio/client';

const [mode, id = 'w1', param = 'a', attempts = '0'] = process.argv.slice(2);
const client = new Client({ connection: await Connection.connect({ address: process.env.TEMPORAL_ADDRESS! }) });
if (mode === 'start')
  await client.workflow.start('workload', {
    taskQueue: 'workload',
    workflowId: id,
    args: [{ param, attempts: Number(attempts) }],
  });
try {
  console.log('result', await client.workflow.getHandle(id).result());
} catch (error) {
  console.log('FAILED', (error as Error).message);
  process.exitCode = 1;
}
process.exit();
