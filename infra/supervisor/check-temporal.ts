import { Connection } from '@temporalio/client';
import { HoplineError } from '../../engine/plan/errors.ts';
import { tcpRefusal } from '../process/tcp-refusal.ts';

const NOT_FOUND = 5;

/** Proves that a TEMPORAL_ADDRESS of the user's leads to a Temporal server with the namespace.
 *  @throws TEMPORAL_UNREACHABLE, TEMPORAL_NAMESPACE_MISSING */
export async function checkTemporal(address: string, namespace: string): Promise<void> {
  // A look at the port first: gRPC would try for its whole time-out, and then not say why.
  const { hostname, port } = new URL(`tcp://${address}`);
  const refusal = await tcpRefusal(hostname.replace(/^\[|\]$/g, ''), Number(port), 5_000);
  if (refusal !== undefined) throw unreachable(address, refusal);
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 5_000 });
    await connection.withDeadline(Date.now() + 5_000, async () => connection?.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    throw (error as { code?: number }).code === NOT_FOUND
      ? noNamespace(address, namespace, error)
      : unreachable(address, reasonOf(error), error);
  } finally {
    await connection?.close();
  }
}

function reasonOf(error: unknown): string {
  const { cause, details, message } = error as Error & { cause?: { details?: string }; details?: string };
  return cause?.details ?? details ?? message;
}

const unreachable = (address: string, reason: string, cause?: unknown): HoplineError =>
  new HoplineError(
    'TEMPORAL_UNREACHABLE',
    `TEMPORAL_ADDRESS must lead to a Temporal server that answers, got: ${address}: ${reason}`,
    {
      hint: 'start that server or correct TEMPORAL_ADDRESS; unset it for the embedded one',
      permanent: false,
      cause,
    },
  );

const noNamespace = (address: string, namespace: string, cause: unknown): HoplineError =>
  new HoplineError('TEMPORAL_NAMESPACE_MISSING', `TEMPORAL_NAMESPACE must exist on ${address}, got: ${namespace}`, {
    hint: `temporal operator namespace create --address ${address} --namespace ${namespace}`,
    cause,
  });
