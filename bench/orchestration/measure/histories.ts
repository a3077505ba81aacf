import { Client, Connection } from '@temporalio/client';

/** Workflows of a run, and the events of the largest history. Visibility lags a little behind. */
export async function largestHistory(address: string, runId: string): Promise<{ events: number; workflows: number }> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    let [events, workflows] = [0, 0];
    for await (const { workflowId, historyLength } of client.workflow.list({
      query: `WorkflowId STARTS_WITH "run/${runId}"`,
    })) {
      const described = await client.workflow.getHandle(workflowId).describe();
      events = Math.max(events, historyLength ?? 0, described.historyLength);
      workflows++;
    }
    return { events, workflows };
  } finally {
    await connection.close();
  }
}
