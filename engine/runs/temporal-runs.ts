import {
  Client,
  type ClientInterceptors,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { HoplineError } from '../plan/errors.ts';
import { type Guarded, isNotFound } from './guarded.ts';
import { type TemporalDeployment, temporalDeployment } from './temporal-deployment.ts';
import { type TemporalFailover, temporalFailover } from './temporal-failover.ts';

/** The few things that a front asks of Temporal. */
export interface TemporalRuns {
  deployment: TemporalDeployment;
  failover: TemporalFailover;
  /** Starts an execution of the run's workflow. `already` when one is running. */
  start(run: { runId: string; priority: number; project: string }): Promise<'started' | 'already'>;
  signal(runId: string, signal: 'pause' | 'unpause'): Promise<void>;
  /** False when no execution is running. */
  cancel(runId: string): Promise<boolean>;
  isRunning(runId: string): Promise<boolean>;
  /** @throws TEMPORAL_UNREACHABLE, TEMPORAL_NAMESPACE_MISSING */
  check(): Promise<void>;
  close(): Promise<void>;
}

const workflowId = (runId: string): string => `run/${runId}`;

export interface TemporalOptions {
  address: string;
  namespace: string;
  /** How long a worker may be silent before its tasks go to another one. Handed to the workflows of runs that start here. Default 15. */
  heartbeatSeconds?: number;
  /** Told of every call, for traces. */
  interceptors?: ClientInterceptors;
}

/** How long a call may take, its repetitions included. On a line that drops everything, gRPC alone would notice after 45 s and try again.
 *  Milliseconds. */
const ANSWERS_WITHIN = 15_000;

export function openTemporalRuns(options: TemporalOptions): TemporalRuns {
  let connection: Promise<Connection> | undefined;
  const client = async (): Promise<Client> => {
    connection ??= Connection.connect({ address: options.address, connectTimeout: '5 seconds' });
    try {
      return new Client({
        connection: await connection,
        namespace: options.namespace,
        ...(options.interceptors ? { interceptors: options.interceptors } : {}),
      });
    } catch (cause) {
      connection = undefined;
      throw unreachable(options.address, cause);
    }
  };
  const guarded: Guarded = async (work) => {
    const open = await client();
    try {
      return await open.withDeadline(Date.now() + ANSWERS_WITHIN, () => work(open));
    } catch (error) {
      throw isOutage(error) ? unreachable(options.address, error) : error;
    }
  };
  return {
    deployment: temporalDeployment(guarded, options.namespace, workflowId),
    failover: temporalFailover(guarded),
    start: ({ runId, priority, project }) =>
      guarded(async (open) => {
        try {
          await open.workflow.start('run', {
            workflowId: workflowId(runId),
            taskQueue: 'hopline',
            args: [{ runId, ...(options.heartbeatSeconds && { heartbeatSeconds: options.heartbeatSeconds }) }],
            priority: { priorityKey: priority, fairnessKey: project.slice(0, 64) },
          });
          return 'started' as const;
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already' as const;
          throw error;
        }
      }),
    signal: (runId, signal) => guarded((open) => open.workflow.getHandle(workflowId(runId)).signal(signal)),
    cancel: (runId) =>
      guarded(async (open) => {
        try {
          await open.workflow.getHandle(workflowId(runId)).cancel();
          return true;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
    isRunning: (runId) =>
      guarded(async (open) => {
        try {
          return (await open.workflow.getHandle(workflowId(runId)).describe()).status.name === 'RUNNING';
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
    check: () =>
      guarded(async (open) => {
        try {
          await open.connection.workflowService.describeNamespace({ namespace: options.namespace });
        } catch (error) {
          throw isNotFound(error) ? noNamespace(options, error) : error;
        }
      }),
    close: async () => {
      await (await connection?.catch(() => undefined))?.close();
    },
  };
}

function noNamespace({ address, namespace }: TemporalOptions, cause: unknown): HoplineError {
  return new HoplineError('TEMPORAL_NAMESPACE_MISSING', `TEMPORAL_NAMESPACE must exist on ${address}, got: ${namespace}`, {
    hint: `temporal operator namespace create --address ${address} --namespace ${namespace}`,
    cause,
  });
}

const isOutage = (error: unknown): boolean =>
  /UNAVAILABLE|ECONNREFUSED|DEADLINE_EXCEEDED|Failed to connect/i.test(
    String((error as Error)?.message ?? error) + String((error as { cause?: unknown })?.cause ?? ''),
  );

function unreachable(address: string, cause: unknown): HoplineError {
  return new HoplineError('TEMPORAL_UNREACHABLE', `TEMPORAL_ADDRESS must be a Temporal server that answers, got ${address}`, {
    hint: 'hopline status shows the embedded server; check the address and port',
    permanent: false,
    cause,
  });
}
