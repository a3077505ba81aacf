import { Connection } from '@temporalio/client';

/** Whether the server answers for the namespace. Anything but an answer is "not yet". */
export async function answersFor(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
