import { WorkflowNotFoundError } from '@temporalio/client';
import { type Guarded, isNotFound } from './guarded.ts';

/** Temporal's name for all workers of a namespace. Each version of the workflow code is a build of it. */
export const DEPLOYMENT = 'hopline';

/** Worker Deployments: a run is pinned to the build of the workflow code that it began with. */
export interface TemporalDeployment {
  /** The build that new runs go to; null before the first. */
  currentBuild(): Promise<string | null>;
  /** Sends new runs to a build. @throws while no worker of the build has polled yet */
  makeCurrent(buildId: string): Promise<void>;
  /** Runs whose workflow is open, with the build that they are pinned to; null when no worker has had them yet. */
  openRuns(): Promise<{ runId: string; buildId: string | null }[]>;
  /** Closes a run's workflow without asking it. False when it had closed already. */
  terminate(runId: string, reason: string): Promise<boolean>;
}

export function temporalDeployment(
  guarded: Guarded,
  namespace: string,
  workflowId: (runId: string) => string,
): TemporalDeployment {
  return {
    currentBuild: () =>
      guarded(async ({ workflowService }) => {
        try {
          const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({
            namespace,
            deploymentName: DEPLOYMENT,
          });
          return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId || null;
        } catch (error) {
          if (isNotFound(error)) return null;
          throw error;
        }
      }),
    makeCurrent: (buildId) =>
      guarded(async ({ workflowService }) => {
        await workflowService.setWorkerDeploymentCurrentVersion({
          namespace,
          deploymentName: DEPLOYMENT,
          buildId,
          version: `${DEPLOYMENT}.${buildId}`,
          // A build may serve fewer queues than the one before: a machine without a GPU is no reason to refuse it.
          ignoreMissingTaskQueues: true,
        });
      }),
    openRuns: () =>
      guarded(async ({ workflow }) => {
        const found: { runId: string; buildId: string | null }[] = [];
        for await (const { workflowId: id } of workflow.list({ query: `WorkflowType = 'run' AND ExecutionStatus = 'Running'` })) {
          const { raw } = await workflow.getHandle(id).describe();
          const buildId = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId || null;
          found.push({ runId: id.slice(workflowId('').length), buildId });
        }
        return found;
      }),
    terminate: (runId, reason) =>
      guarded(async ({ workflow }) => {
        try {
          await workflow.getHandle(workflowId(runId)).terminate(reason);
          return true;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
  };
}
