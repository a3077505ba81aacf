import { runResult } from '../report/run-result.ts';
import { runHeadline } from '../report/show-report.ts';
import { duration } from '../terminal/duration.ts';
import type { PeakMemory } from './peak-memory.ts';
import type { DemoRun } from './run-seed.ts';
import type { Story } from './tell-story.ts';
import { variantTable } from './variant-table.ts';

export interface DemoOutcome {
  runs: DemoRun[];
  story: Story | null;
  /** Seconds. */
  times: { runs: number; all: number };
  memory: PeakMemory;
  /** Where the services stay up; null when they are stopped. */
  apiUrl: string | null;
  json: boolean;
}

/** What the demo prints at its end: the table, the story, the digests, the costs, and what to ask next. */
export function demoReport({ runs, story, times, memory, apiUrl, json }: DemoOutcome): string {
  if (json) {
    const seeds = runs.map(({ run, rows }) => ({ seed: run.seed, ...runResult(run), report: rows }));
    return JSON.stringify({ runs: seeds, story, seconds: times, memory });
  }
  const failed = runs.filter(({ run }) => run.state !== 'SUCCEEDED');
  if (failed.length > 0) return failed.map(({ run }) => runHeadline(run)).join('\n\n');
  const seeds = runs.map(({ run }) => run.seed).join(', ');
  const parts = [
    `Macro F1 in per cent on real test pictures, mean +- standard deviation over seeds ${seeds}`,
    '',
    variantTable(runs),
  ];
  parts.push('', 'full: the best views by the teacher; random, worst: the same number, kept at random or from the other end;');
  parts.push(
    'direct: one picture a text, unselected; real: the real picture. Device time: what the variant alone needs; shared work counts in each, reused work not at all.',
  );
  if (story) parts.push('', ...story.lines, ...(story.sheet ? [`pictures: ${story.sheet}`] : []));
  parts.push('', ...runs.map(({ run }) => `seed ${run.seed}: root digest ${run.rootDigest}  (run ${run.runId})`));
  parts.push(
    `took ${duration(times.runs)} for the runs, ${duration(times.all)} in all; most memory: worker ${megabytes(memory.worker)}, device host ${megabytes(memory.deviceHost)}`,
  );
  return [
    ...parts,
    '',
    ...questions(runs, story),
    ...(apiUrl ? ['', `services stay up: API at ${apiUrl}/graphql (hopline down ends them)`] : []),
  ].join('\n');
}

function questions(runs: readonly DemoRun[], story: Story | null): string[] {
  const run = runs[0]?.run.runId ?? 'RUN';
  const key = story?.kept?.slice(0, 16) ?? 'SAMPLE';
  return [
    'Ask more:',
    `  npx hopline lineage ${key}             where a picture comes from, and why it was kept`,
    `  npx hopline lineage ${key} --down      what it trained, and the numbers that depend on it`,
    `  npx hopline show ${run}`,
    '  npx hopline plan mi2rage --set profile=demo --seed 1 --set selection.keep=3    what a change would cost',
    '  npx hopline run mi2rage --set profile=demo --seed 1                           again: nothing is made',
  ];
}

const megabytes = (bytes: number | null): string => (bytes === null ? 'unknown' : `${Math.round(bytes / 1e6)} MB`);
