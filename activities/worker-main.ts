/** A worker process: workflows and control activities on the control queue, device activities on one queue a resource class. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerDeploymentOptions } from '@temporalio/worker';
import { openDevicePool } from '../engine/compute/device-pool.ts';
import { openBudget, type WorkerFacts } from '../engine/lineage/index.ts';
import { describeError } from '../engine/plan/errors.ts';
import { processHost } from '../engine/recovery/worker-identity.ts';
import { closeServices, openServices } from '../engine/runs/services.ts';
import { DEPLOYMENT } from '../engine/runs/temporal-deployment.ts';
import { startTracing } from '../engine/telemetry/start-tracing.ts';
import { CONTROL_QUEUE, deviceQueue } from '../workflows/queues.ts';
import { GroupCommitter } from './commit-queue.ts';
import { DeploymentWatch, startAnewAfterUpgrade } from './deployment-watch.ts';
import { fitDevices } from './fit-devices.ts';
import { gatedSlots } from './gated-slots.ts';
import { HostWatch } from './host-watch.ts';
import { controlActivities, deviceActivities } from './index.ts';
import { ReachGate } from './reach-gate.ts';
import { openRunContexts } from './run-context.ts';
import { RunWatch } from './run-watch.ts';
import { traceActivities } from './trace-activities.ts';
import type { WorkerServices } from './worker-services.ts';
import { workerSettings } from './worker-settings.ts';

/** SIGTERM: batches in hand are finished and committed within this time; only then are they cut off. */
const GRACE = '60 seconds';

/** Length of a slice while several runs want to get on. Seconds. */
const CONTENDED_SLICE = 0.5;

async function main(): Promise<void> {
  const house = join(dirname(fileURLToPath(import.meta.url)), '..');
  const settings = workerSettings(process.env, house);
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const tracing = await startTracing('hopline-worker', process.env);
  const runServices = await openServices(process.env, {
    connections: 6,
    ...(tracing ? { interceptors: tracing.client } : {}),
  });
  const devices = await fitDevices(settings, runServices);
  const pool = openDevicePool({
    devices,
    storeUrl: settings.storeUrl,
    slots: settings.slots,
    memoryLimit: settings.hostMemory,
    budget: openBudget(runServices.db, settings.worker),
    log: (line) => console.log(line),
  });
  let draining = false;
  const runWatch = new RunWatch(runServices.db);
  const gate = new ReachGate(runServices, (line) => console.log(line));
  const services: WorkerServices = {
    ...runServices,
    gate,
    pool,
    committer: tracing
      ? new (await import('./traced-commits.ts')).TracedCommitter(runServices.db, tracing)
      : new GroupCommitter(runServices.db),
    contexts: openRunContexts(runServices),
    runWatch,
    worker: settings.worker,
    sliceSeconds: () => (runWatch.isContended ? Math.min(CONTENDED_SLICE, settings.sliceSeconds) : settings.sliceSeconds),
    draining: () => draining,
  };
  const facts: WorkerFacts = {
    name: settings.worker,
    host: processHost(),
    pid: process.pid,
    buildId: settings.buildId,
    devices: devices.map((device) => device.name),
    resources: settings.resources,
  };
  const hostWatch = new HostWatch(services, facts, (line) => console.log(line));
  const deploymentWatch = new DeploymentWatch(services, facts, (line) => console.log(line));
  // Beside the start of the workers: what a dead one held is on its way again, and the hosts start, by the time that these poll.
  const signedIn = (async () => {
    if (!settings.versioned) await startAnewAfterUpgrade(services, facts, (line) => console.log(line));
    await hostWatch.start();
  })();
  signedIn.catch(() => undefined);
  const connection = await NativeConnection.connect({ address: settings.address });
  const shared = {
    connection,
    namespace: settings.namespace,
    identity: settings.worker,
    shutdownGraceTime: GRACE,
    // Cancellations come with the answers to heartbeats: by default only every 0.8 of the time-out.
    maxHeartbeatThrottleInterval: '2 seconds' as const,
    // A workflow task for a worker that has died waits this long before another worker gets it.
    stickyQueueScheduleToStartTimeout: '2 seconds' as const,
    ...(tracing ? { interceptors: await traceActivities() } : {}),
    ...(settings.versioned ? { workerDeploymentOptions: versionOf(settings.buildId) } : {}),
  };
  const control = await Worker.create({
    ...shared,
    taskQueue: CONTROL_QUEUE,
    workflowBundle: { codePath: settings.bundle },
    activities: { ...controlActivities(services) },
    ...gatedSlots(8, gate),
    maxCachedWorkflows: 200,
  });
  // One slice more than the hosts can hold: it prepares and commits while they compute.
  const slices = devices.length * settings.slots + 1;
  const workers = [control];
  for (const resource of settings.resources) {
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: deviceQueue(resource),
        activities: { ...deviceActivities(services) },
        ...gatedSlots(slices, gate),
      }),
    );
  }
  await signedIn;
  const leave = (): void => {
    if (draining) return;
    draining = true;
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  const ready = settings.home ? join(settings.home, 'run', 'worker.ready') : null;
  if (ready) {
    mkdirSync(dirname(ready), { recursive: true });
    writeFileSync(ready, `${process.pid}\n`);
  }
  console.log(`worker ready: ${devices.map((device) => device.name).join(', ')}; queues ${settings.resources.join(', ')}`);
  try {
    const working = workers.map((worker) => worker.run());
    if (settings.versioned) deploymentWatch.start().catch((error: unknown) => console.error(describeError(error)));
    await Promise.all(working);
  } finally {
    if (ready) rmSync(ready, { force: true });
    deploymentWatch.stop();
    await hostWatch.stop();
    await pool.close();
    await connection.close();
    await closeServices(runServices);
    await tracing?.close();
  }
}

const versionOf = (buildId: string): WorkerDeploymentOptions => ({
  version: { deploymentName: DEPLOYMENT, buildId },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'PINNED',
});

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(describeError(error));
    if (process.env.HOPLINE_DEBUG) console.error(error);
    process.exit(1);
  },
);
