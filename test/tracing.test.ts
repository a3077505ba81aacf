import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { colourRows, rowsReader } from '../api/api-house.ts';
import { startServer } from '../api/start-server.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

interface SeenSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

/** What a collector is told, over OTLP's HTTP with JSON. */
const spans: SeenSpan[] = [];
let collector: Server;
let house: House;
let api: Awaited<ReturnType<typeof startServer>>;

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: Omit<SeenSpan, 'service'>[] }[];
  }[];
}

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    for (const { resource, scopeSpans } of (JSON.parse(Buffer.concat(chunks).toString()) as Export).resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')!.value.stringValue;
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  house = await startHouse({ project: new URL('./toy-project', import.meta.url).pathname });
  await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(4)) });
  api = await startServer(
    { ...house.env, OTEL_EXPORTER_OTLP_ENDPOINT: process.env.OTEL_EXPORTER_OTLP_ENDPOINT, HOPLINE_API_PORT: '0' },
    () => {},
  );
});
afterAll(async () => {
  await api?.close();
  await house?.stop();
  collector?.close();
  vi.unstubAllEnvs();
});

test("one trace leads from a caller's request over the workflow to the commits of its tasks", async () => {
  const traceId = 'a'.repeat(31).concat('1');
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-00000000000000b1-01` },
    body: JSON.stringify({
      query: 'mutation Launch { launchRun(input: { pipeline: "toy" }) { ... on LaunchRunSuccess { run { runId } } } }',
    }),
  });
  const { data } = (await response.json()) as { data: { launchRun: { run: { runId: string } } } };
  await house.until(data.launchRun.run.runId, ['SUCCEEDED']);

  const wanted = [
    'mutation Launch',
    'StartWorkflow:run',
    'RunActivity:plan',
    'RunActivity:generate',
    'RunActivity:finishRun',
    'commit task',
  ];
  const traced = (): SeenSpan[] => spans.filter((span) => span.traceId === traceId);
  while (!wanted.every((name) => traced().some((span) => span.name === name)))
    await new Promise((resolve) => setTimeout(resolve, 200));
  const byId = new Map(traced().map((span) => [span.spanId, span]));
  const above = (name: string): string | undefined => byId.get(traced().find((span) => span.name === name)!.parentSpanId!)?.name;
  expect(above('StartWorkflow:run')).toBe('mutation Launch');
  expect(above('RunActivity:generate')).toBe('StartWorkflow:run');
  expect(above('commit task')).toMatch(/^RunActivity:/);
  expect(new Set(traced().map((span) => span.service))).toEqual(new Set(['hopline-api', 'hopline-worker']));
  expect(JSON.stringify(spans)).not.toContain('variables');
});
