import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDb } from '../../engine/lineage/index.ts';
import { versitygwProgram } from '../../engine/store/fixtures/versitygw-program.ts';
import { missingForHosts } from './host-tools.ts';
import { runScenario, type ScenarioResult, type Work } from './run-scenario.ts';
import { scenarioTable } from './scenario-table.ts';
import { FEW, MORE, undisturbed, undisturbedLong } from './scenarios.ts';
import { type Site, startSite } from './start-site.ts';
import { type TemporalPrograms, temporalPrograms } from './temporal-programs.ts';

/** A scenario's own limit is 300 s; start and end come on top. */
const LIMIT = 500_000;
const full = process.env.HOPLINE_HOSTS === 'full';

const reason = missing();
if (reason) console.log(`tests over several hosts are skipped: ${reason}`);

describe.skipIf(reason)('a run over several hosts', () => {
  const results: ScenarioResult[] = [];
  let site: Site;
  const digests: Partial<Record<Work, string>> = {};

  beforeAll(async () => {
    site = await startSite(temporalPrograms() as TemporalPrograms);
  });
  afterAll(async () => {
    if (results.length > 0) console.log(scenarioTable(results));
    await site?.stop();
  });

  test.each(full ? [undisturbed, undisturbedLong] : [undisturbed])(
    'is shared by both workers: $name',
    async (scenario) => {
      const result = await runScenario(site, scenario);
      results.push(result);
      digests[scenario.work ?? 'short'] = result.rootDigest;
      expect(result.faults).toEqual([]);
      expect(result.lost).toMatchObject({ superseded: 0, failed: 0, open: 0 });
      expect(Math.min(result.byHost.c, result.byHost.d)).toBeGreaterThan(3);
    },
    LIMIT,
  );

  test.each(full ? [...FEW, ...MORE] : FEW)(
    'ends with the same root digest, every sample once: $name',
    async (scenario) => {
      const result = await runScenario(site, scenario);
      results.push(result);
      expect(result.rootDigest).toBe(digests[scenario.work ?? 'short']);
      expect(result.faults).toEqual([]);
      expect(result.lost.open).toBe(0);
    },
    LIMIT,
  );

  test('a query whose server is cut off ends with an error, one that only takes long does not', async () => {
    const db = openDb(site.postgres.url('hopline'));
    try {
      const [row] = await db.query<{ done: number }>('SELECT 1 AS done FROM pg_sleep(12)');
      expect(row).toEqual({ done: 1 });
      const query = db.query('SELECT pg_sleep(600)');
      query.catch(() => undefined);
      await sleep(1_000);
      site.network.cut('us', ['postgres']);
      await expect(query).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', permanent: false });
      await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
      site.network.heal();
      await expect.poll(() => db.query('SELECT 1 AS one').catch(() => null), { timeout: 60_000 }).toEqual([{ one: 1 }]);
    } finally {
      site.network.heal();
      await db.close();
    }
  });
});

function missing(): string | undefined {
  const network = missingForHosts();
  if (network) return network;
  if (!versitygwProgram()) return 'no S3 server (versitygw)';
  const programs = temporalPrograms();
  return typeof programs === 'string' ? programs : undefined;
}
