import type { Plugin } from 'graphql-yoga';
import { Gauge } from 'prom-client';
import type { Db } from '../../../engine/lineage/index.ts';
import { viewerOf } from '../../auth/request-identity.ts';
import type { RunFeeds } from '../../events/run-feeds.ts';
import { refusal } from '../refuse.ts';
import type { ApiMetrics } from './api-metrics.ts';
import { type RunCounts, runCounts } from './run-counts.ts';

/** How long the counts of Postgres stand. A Prometheus usually asks every 15 s. Milliseconds. */
const KEPT_FOR = 10_000;

/** `GET /metrics`: Prometheus text. It tells of all projects, so it needs a token that is bound to none. */
export function useMetrics(db: Db, metrics: ApiMetrics, feeds: Pick<RunFeeds, 'stats'>): Plugin {
  const { registry } = metrics;
  let last: { at: number; counts: Promise<RunCounts | null> } | undefined;
  const counts = (): Promise<RunCounts | null> => {
    if (!last || performance.now() - last.at > KEPT_FOR)
      last = { at: performance.now(), counts: runCounts(db).catch(() => null) };
    return last.counts;
  };
  const registers = [registry];
  new Gauge({
    name: 'hopline_runs',
    help: 'Runs by state',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries((await counts())?.runs ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'hopline_tasks_committed',
    help: 'Tasks whose output is committed, of all runs that are there',
    registers,
    async collect() {
      const known = await counts();
      if (known) this.set(known.tasksCommitted);
      else this.remove();
    },
  });
  new Gauge({
    name: 'hopline_api_pool_connections',
    help: 'Connections to Postgres that are in use, and calls that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      const { used, waiting } = db.load?.() ?? { used: 0, waiting: 0 };
      this.set({ state: 'used' }, used);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  new Gauge({
    name: 'hopline_api_events_held_seconds',
    help: 'How long committed events have waited for an older transaction to end, the longest of all runs that are followed; 0: none wait',
    registers,
    collect() {
      this.set(feeds.stats().heldSeconds);
    },
  });
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/metrics' || request.method !== 'GET') return;
      if (viewerOf(request).project !== null) {
        const message = 'metrics must be asked for by a token of all projects, got one of a project';
        return endResponse(refusal(fetchAPI, 403, { code: 'FORBIDDEN', message, hint: 'hopline token create --scope read' }));
      }
      const text = await registry.metrics();
      endResponse(
        new fetchAPI.Response(text, { headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' } }),
      );
    },
  };
}
