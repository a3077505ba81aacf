/** What the peer's program uses of DBOS 5.3: the package itself is only there where the bench has installed it. */
declare module '@dbos-inc/dbos-sdk' {
  interface Handle<R> {
    workflowID: string;
    getResult(): Promise<R>;
  }
  interface StepInfo {
    functionID: number;
    name: string;
    error: Error | null;
  }
  export const DBOS: {
    readonly workflowID: string | undefined;
    setConfig(config: { name: string; systemDatabaseUrl: string; logLevel: string; tracingEnabled: boolean }): void;
    launch(): Promise<void>;
    shutdown(): Promise<void>;
    registerQueue(name: string, options: { globalConcurrency: number; minPollingIntervalMs: number }): Promise<unknown>;
    registerWorkflow<A extends unknown[], R>(
      body: (...args: A) => Promise<R>,
      config: { name: string },
    ): (...args: A) => Promise<R>;
    runStep<R>(body: () => Promise<R>, config: { name: string }): Promise<R>;
    startWorkflow<A extends unknown[], R>(
      target: (...args: A) => Promise<R>,
      params: { workflowID: string; queueName?: string },
    ): (...args: A) => Promise<Handle<R>>;
    retrieveWorkflow<R>(workflowID: string): Handle<R>;
    listWorkflows(input: { status: string; workflow_id_prefix: string }): Promise<{ workflowID: string }[]>;
    listWorkflowSteps(workflowID: string): Promise<StepInfo[] | undefined>;
    forkWorkflow<R>(
      workflowID: string,
      startStep: number,
      options?: { queueName?: string; replacementChildren?: Record<string, string> },
    ): Promise<Handle<R>>;
  };
}
