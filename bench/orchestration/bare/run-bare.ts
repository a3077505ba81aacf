import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const QUEUE = 'bare-activities';

/** Bare Temporal on the same server: a worker in this process, a workflow of activities that do nothing. */
export class BareTemporal {
  private readonly worker: Worker;
  private readonly running: Promise<void>;
  private readonly native: NativeConnection;
  private readonly connection: Connection;
  private readonly atOnce: number;
  private count = 0;

  private constructor(worker: Worker, native: NativeConnection, connection: Connection, atOnce: number) {
    this.worker = worker;
    this.running = worker.run();
    this.native = native;
    this.connection = connection;
    this.atOnce = atOnce;
  }

  static async open(address: string, atOnce: number): Promise<BareTemporal> {
    Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
    const workflowsPath = join(dirname(fileURLToPath(import.meta.url)), 'workflow.ts');
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    const native = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      connection: native,
      taskQueue: QUEUE,
      workflowBundle,
      activities: { nothing: async () => undefined },
      maxConcurrentActivityTaskExecutions: atOnce,
    });
    return new BareTemporal(worker, native, await Connection.connect({ address }), atOnce);
  }

  /** Milliseconds an activity. */
  async measure(activities: number): Promise<number> {
    const client = new Client({ connection: this.connection });
    const began = performance.now();
    await client.workflow.execute('bare', {
      workflowId: `bare/${this.count++}`,
      taskQueue: QUEUE,
      args: [{ activities, atOnce: this.atOnce }],
    });
    return (performance.now() - began) / activities;
  }

  async close(): Promise<void> {
    this.worker.shutdown();
    await this.running;
    await this.native.close();
    await this.connection.close();
  }
}
