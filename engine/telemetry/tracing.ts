import { context, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { ClientInterceptors } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';

export type SpanAttributes = Record<string, string | number>;

export interface SpanOptions {
  attributes?: SpanAttributes;
  /** Headers of a request that may carry the trace of its caller (W3C `traceparent`). */
  from?: Record<string, string>;
}

/** Spans of one process, on their way to a collector. */
export interface Tracing {
  /** Runs work within a span. What it throws is the span's error. */
  span<T>(name: string, work: (span: Span) => Promise<T>, options?: SpanOptions): Promise<T>;
  /** For Temporal's client: who starts a workflow hands its trace on. */
  client: ClientInterceptors;
  /** Sends what is left, for two seconds at most: a collector that is away must not hold up an exit. */
  close(): Promise<void>;
}

const CLOSES_WITHIN = 2_000;

export function openTracing(service: string): Tracing {
  const provider = new NodeTracerProvider({
    resource: new Resource({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 1_000 })],
  });
  provider.register();
  const tracer = trace.getTracer('hopline');
  return {
    span: (name, work, { attributes = {}, from } = {}) => {
      const parent = from ? propagation.extract(context.active(), from) : context.active();
      return tracer.startActiveSpan(name, { attributes }, parent, async (span) => {
        try {
          return await work(span);
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message.slice(0, 200) : '' });
          throw error;
        } finally {
          span.end();
        }
      });
    },
    client: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
    close: async () => {
      const closed = provider.shutdown().catch(() => undefined);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSES_WITHIN).unref())]);
    },
  };
}
