/** The workload as a DBOS application: `app.mjs run|recover|repair WORKFLOW_ID [PARAM]`. PGURL names its database. Its queue polls every 20 ms
 *  instead of every second, which is its best figure by far. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { reduce, source, task } from '../task.ts';

const [mode, id = 'w1', param = 'a'] = process.argv.slice(2);

const chain = DBOS.registerWorkflow(
  async (batch: number, parameter: string) => {
    await DBOS.runStep(() => task(batch, 1), { name: 'hop1' });
    await DBOS.runStep(() => task(batch, 2), { name: 'hop2' });
    return DBOS.runStep(() => task(batch, 3, parameter), { name: 'hop3' });
  },
  { name: 'chain' },
);

const workload = DBOS.registerWorkflow(
  async (parameter: string) => {
    const chains = [];
    for (const batch of await DBOS.runStep(source, { name: 'source' }))
      chains.push(
        await DBOS.startWorkflow(chain, { queueName: 'chains', workflowID: `${DBOS.workflowID}-b${batch}` })(batch, parameter),
      );
    for (const started of chains) await started.getResult();
    return DBOS.runStep(reduce, { name: 'reduce' });
  },
  { name: 'workload' },
);

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env.PGURL!, logLevel: 'warn', tracingEnabled: false });
await DBOS.launch();
await DBOS.registerQueue('chains', { globalConcurrency: 4, minPollingIntervalMs: 20 });
try {
  await (await begin()).getResult();
} catch (error) {
  console.log('FAILED', (error as Error).message);
  process.exitCode = 1;
}
await DBOS.shutdown();
process.exit();

async function begin(): Promise<{ getResult(): Promise<number> }> {
  if (mode === 'run') return DBOS.startWorkflow(workload, { workflowID: id })(param);
  if (mode === 'recover') return DBOS.retrieveWorkflow<number>(id);
  return repair();
}

/** The documented repair of a workflow that ended in an error: the failed child is forked at its failed step, then its parent with the new
 *  child in the old one's place. `resumeWorkflow` of the parent has no effect. */
async function repair(): Promise<{ getResult(): Promise<number> }> {
  const replacementChildren: Record<string, string> = {};
  for (const { workflowID } of await DBOS.listWorkflows({ status: 'ERROR', workflow_id_prefix: `${id}-b` })) {
    const steps = (await DBOS.listWorkflowSteps(workflowID)) ?? [];
    const failed = steps.findIndex(({ error }) => error);
    const forked = await DBOS.forkWorkflow(workflowID, steps[failed]!.functionID, { queueName: 'chains' });
    replacementChildren[workflowID] = forked.workflowID;
    await forked.getResult();
  }
  const failed = (await DBOS.listWorkflowSteps(id))?.find(({ error }) => error);
  return DBOS.forkWorkflow<number>(id, failed!.functionID, { replacementChildren });
}
