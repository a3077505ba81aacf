import type { WorkerInterceptors } from '@temporalio/worker';

/** A span an activity, below that of whoever started its workflow. Loaded only where traces are asked for. */
export async function traceActivities(): Promise<WorkerInterceptors> {
  const { OpenTelemetryActivityInboundInterceptor } = await import('@temporalio/interceptors-opentelemetry/lib/worker/index.js');
  return { activity: [(ctx) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(ctx) })] };
}
