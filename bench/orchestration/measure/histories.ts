import { Client, Connection } from '@temporalio/client';

export interface Histories {
  /** Of the longest one. */
  events: number;
  /** Of the largest one: what a workflow holds in memory grows with it. */
  bytes: number;
  workflows: number;
}

/** The histories of a run. Visibility lags a little behind. */
export async function largestHistory(address: string, runId: string): Promise<Histories> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    let [events, bytes, workflows] = [0, 0, 0];
    for await (const { workflowId, historyLength } of client.workflow.list({
      query: `WorkflowId STARTS_WITH "run/${runId}"`,
    })) {
      const described = await client.workflow.getHandle(workflowId).describe();
      events = Math.max(events, historyLength ?? 0, described.historyLength);
      bytes = Math.max(bytes, described.historySize ?? 0);
      workflows++;
    }
    return { events, bytes, workflows };
  } finally {
    await connection.close();
  }
}
