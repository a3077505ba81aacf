import { Connection } from '@temporalio/client';
import { HoplineError } from '../../engine/plan/errors.ts';

const NOT_FOUND = 5;

/** Proves that a TEMPORAL_ADDRESS of the user's leads to a Temporal server with the namespace.
 *  @throws TEMPORAL_UNREACHABLE, TEMPORAL_NAMESPACE_MISSING */
export async function checkTemporal(address: string, namespace: string): Promise<void> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 5_000 });
    await connection.withDeadline(Date.now() + 5_000, async () => connection?.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    if ((error as { code?: number }).code === NOT_FOUND) {
      throw new HoplineError('TEMPORAL_NAMESPACE_MISSING', `TEMPORAL_NAMESPACE must exist on ${address}, got: ${namespace}`, {
        hint: `temporal operator namespace create ${namespace}`,
        cause: error,
      });
    }
    const cause = error as Error & { cause?: { details?: string }; details?: string };
    const reason = cause.cause?.details ?? cause.details ?? cause.message;
    throw new HoplineError(
      'TEMPORAL_UNREACHABLE',
      `TEMPORAL_ADDRESS must lead to a Temporal server that answers, got: ${address}: ${reason}`,
      {
        hint: 'start that server or correct TEMPORAL_ADDRESS; unset it for the embedded one',
        permanent: false,
        cause: error,
      },
    );
  } finally {
    await connection?.close();
  }
}
