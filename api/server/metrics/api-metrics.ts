import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface RequestOutcome {
  operation: string | undefined;
  kind: string | undefined;
  status: number;
  codes: ReadonlySet<string>;
  seconds: number;
}

/** What the API counts about itself, in Prometheus' terms. */
export interface ApiMetrics {
  readonly registry: Registry;
  request(outcome: RequestOutcome): void;
  statement(seconds: number, failed: boolean): void;
  rateLimited(): void;
  subscription(change: 1 | -1): void;
}

/** Codes of errors that are worth a label; more than these many would make the series grow without bound. */
const MOST_CODES = 100;

/** Times of requests and statements, from a cached look-up to the time limit. Seconds. */
const BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** @param operations names that may be labels: a client can make up as many as it likes, so every other one is `other`.
 *  @param ofProcess whether memory, event loop and garbage collection are measured, too. */
export function createApiMetrics(operations: ReadonlySet<string>, ofProcess: boolean): ApiMetrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry, prefix: 'hopline_' });
  const registers = [registry];
  const requests = new Histogram({
    name: 'hopline_api_request_seconds',
    help: 'Requests by operation, kind and outcome: ok, error (answered with errors), refused (4xx), failed (5xx)',
    labelNames: ['operation', 'kind', 'outcome'],
    buckets: BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: 'hopline_api_errors_total',
    help: 'Errors that clients got, by code',
    labelNames: ['code'],
    registers,
  });
  const statements = new Histogram({
    name: 'hopline_api_sql_seconds',
    help: 'SQL statements, with the wait for a connection',
    labelNames: ['outcome'],
    buckets: BUCKETS,
    registers,
  });
  const limited = new Counter({ name: 'hopline_api_rate_limited_total', help: 'Requests refused by the rate limit', registers });
  const subscriptions = new Gauge({ name: 'hopline_api_subscriptions', help: 'Open subscriptions', registers });
  const codes = new Set<string>();
  return {
    registry,
    request({ operation, kind, status, codes: given, seconds }) {
      const outcome = status >= 500 ? 'failed' : status >= 400 ? 'refused' : given.size > 0 ? 'error' : 'ok';
      const known = operation !== undefined && (kind === 'file' || operations.has(operation));
      requests.observe({ operation: known ? operation : 'other', kind: kind ?? 'none', outcome }, seconds);
      for (const code of given) {
        if (codes.size < MOST_CODES) codes.add(code);
        errors.inc({ code: codes.has(code) ? code : 'other' });
      }
    },
    statement: (seconds, failed) => statements.observe({ outcome: failed ? 'failed' : 'ok' }, seconds),
    rateLimited: () => limited.inc(),
    subscription: (change) => subscriptions.inc(change),
  };
}
