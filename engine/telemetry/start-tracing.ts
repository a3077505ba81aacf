import type { Tracing } from './tracing.ts';

/** Traces of this process to the collector at OTEL_EXPORTER_OTLP_ENDPOINT (`http://127.0.0.1:4318`: OTLP over HTTP). Without that variable
 *  nothing is traced, and nothing of OpenTelemetry is loaded. Other settings are OpenTelemetry's own (OTEL_EXPORTER_OTLP_HEADERS,
 *  OTEL_TRACES_SAMPLER, ...).
 *  @param service `hopline-api`, `hopline-worker`; OTEL_SERVICE_NAME counts more. */
export async function startTracing(service: string, env: NodeJS.ProcessEnv): Promise<Tracing | undefined> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return undefined;
  const { openTracing } = await import('./tracing.ts');
  return openTracing(env.OTEL_SERVICE_NAME || service);
}
