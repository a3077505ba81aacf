import { existsSync, readFileSync } from 'node:fs';

export interface LogLine {
  kind: string;
  /** `17/2`; the reduce is `reduce/0`. */
  task: string;
  hop: number;
  /** Seconds since 1970. */
  at: number;
}

/** The whole lines of a measurement's log; a line still being written is left out. */
export function readTaskLog(root: string): LogLine[] {
  const path = `${root}/log`;
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const [kind, batch, hop, at, pid] = line.split(' ');
    return pid === undefined ? [] : [{ kind: kind!, task: `${batch}/${hop}`, hop: Number(hop), at: Number(at) }];
  });
}

export const firstStart = (lines: readonly LogLine[], since = 0): number | null =>
  lines
    .filter(({ kind, at }) => kind === 'S' && at >= since)
    .reduce<number | null>((first, { at }) => Math.min(first ?? at, at), null);

/** First start to last finish of the hops, and how many ran at once at most. */
export function span(lines: readonly LogLine[]): { seconds: number; mostAtOnce: number } {
  const hops = lines.filter((line) => line.hop > 0).toSorted((a, b) => a.at - b.at);
  let running = 0;
  let mostAtOnce = 0;
  for (const { kind } of hops) {
    running += kind === 'S' ? 1 : -1;
    mostAtOnce = Math.max(mostAtOnce, running);
  }
  return { seconds: hops.length > 0 ? hops.at(-1)!.at - hops[0]!.at : 0, mostAtOnce };
}

/** What was started since a moment: hops, tasks among them that had finished before, reduces. */
export function startedSince(lines: readonly LogLine[], since: number): { hops: number; again: number; reduces: number } {
  const finished = new Set(lines.filter(({ kind, at }) => kind === 'F' && at < since).map(({ task }) => task));
  const started = lines.filter(({ kind, at }) => kind === 'S' && at >= since);
  const hops = started.filter(({ hop }) => hop > 0);
  return {
    hops: hops.length,
    again: hops.filter(({ task }) => finished.has(task)).length,
    reduces: started.filter(({ task }) => task === 'reduce/0').length,
  };
}

/** How many hops had finished before a moment. */
export const finishedHops = (lines: readonly LogLine[], before = Number.POSITIVE_INFINITY): number =>
  lines.filter(({ kind, hop, at }) => kind === 'F' && hop > 0 && at < before).length;

/** Whether a reduce has finished since a moment. */
export const hasReduced = (lines: readonly LogLine[], since: number): boolean =>
  lines.some(({ kind, task, at }) => kind === 'F' && task === 'reduce/0' && at >= since);
