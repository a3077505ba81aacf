import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { largeLineage } from '../../engine/lineage/fixtures/large/large-lineage.ts';
import { useDatabase } from '../../engine/lineage/fixtures/use-database.ts';
import { loadProject, type Project } from '../../engine/plan/project.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { askSchema } from '../testing/ask-schema.ts';
import { explainStatements, GROWING_TABLES } from '../testing/explain-statements.ts';
import { type LineageQuestion, lineageQuestions } from '../testing/lineage-questions.ts';
import { recordStatements } from '../testing/record-statements.ts';

/** What one statement may read, pages of 8 KB. The dearest, the scores and decisions of 10,000 samples, reads 90,000. */
const MOST_PAGES = 150_000;

/** Large enough that Postgres prefers an index wherever there is one. */
const SAMPLES = 50_000;

const database = useDatabase(startEmbedded);
let questions: Record<string, LineageQuestion>;
let visibility: number;
let project: Project;
beforeAll(async () => {
  const lineage = await largeLineage(database.db, SAMPLES);
  questions = lineageQuestions(lineage);
  visibility = lineage.projectId;
  project = await loadProject(fileURLToPath(new URL('../../bench/lineage', import.meta.url)));
});

test('no question about lineage reads a table that grows, whether planned for its values or for any', async () => {
  const found: string[] = [];
  const tooMuch: string[] = [];
  for (const question of Object.values(questions)) {
    // All candidates of a selection are half of a table.
    if (question.name.startsWith('what_if_large')) continue;
    const db = recordStatements(database.db);
    const ask = askSchema({ db, project } as unknown as RunServices, visibility);
    const answer = await ask(question.text, question.variables(0, null));
    expect(answer.errors, question.name).toBeUndefined();
    const asked = db.taken();
    expect(asked.length, question.name).toBeGreaterThan(0);
    for (const plan of await explainStatements(database.db, asked)) {
      const whole = plan.wholeTables.filter((table) => GROWING_TABLES.includes(table));
      if (whole.length > 0) found.push(`${question.name}: ${plan.name} (${plan.mode}): ${whole}`);
      if (plan.buffers > MOST_PAGES) tooMuch.push(`${question.name}: ${plan.name} (${plan.mode}): ${plan.buffers} pages`);
    }
  }
  expect(found).toEqual([]);
  expect(tooMuch).toEqual([]);
});
