import { setTimeout as sleep } from 'node:timers/promises';
import type { LineageQuestion } from '../../api/testing/lineage-questions.ts';
import type { Db } from '../../engine/lineage/index.ts';
import { quantile } from '../orchestration/measure/quantiles.ts';
import { askOver } from './asking.ts';
import { serverCpu } from './server-cpu.ts';

/** Who is asked. */
export interface Asker {
  url: string;
  token: string;
  /** Of the API's process. */
  pid: number;
  db: Db;
}

export interface Figure {
  p50: number;
  p95: number;
  asked: number;
  /** Of an answer, on average. */
  kilobytes: number;
  /** CPU milliseconds of an answer, on average. */
  node_ms: number;
  postgres_ms: number;
}

/** Asks so often, after a tenth of that for warmth; never the same thing twice where the question has enough of them. */
export async function measure(asker: Asker, question: LineageQuestion, times: number): Promise<Figure> {
  const warm = Math.max(2, Math.ceil(times / 10));
  let cursor: string | null = null;
  const ask = async (n: number): Promise<{ ms: number; bytes: number }> => {
    const asked = await askOver(asker.url, asker.token, { text: question.text, variables: question.variables(n, cursor) });
    cursor = question.endCursor?.(asked.data) ?? null;
    return asked;
  };
  for (let n = 0; n < warm; n++) await ask(n);
  const before = await serverCpu(asker.db, asker.pid);
  const answers: { ms: number; bytes: number }[] = [];
  for (let n = 0; n < times; n++) {
    answers.push(await ask(warm + n));
    // As people ask, not as a load test does.
    await sleep(2);
  }
  const after = await serverCpu(asker.db, asker.pid);
  const ms = answers.map((answer) => answer.ms);
  return {
    p50: round(quantile(ms, 0.5)),
    p95: round(quantile(ms, 0.95)),
    asked: times,
    kilobytes: round(answers.reduce((sum, { bytes }) => sum + bytes, 0) / times / 1000),
    node_ms: round((after.node - before.node) / times),
    postgres_ms: round((after.postgres - before.postgres) / times),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
