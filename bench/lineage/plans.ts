import { askSchema } from '../../api/testing/ask-schema.ts';
import { explainStatements, GROWING_TABLES } from '../../api/testing/explain-statements.ts';
import type { LineageQuestion } from '../../api/testing/lineage-questions.ts';
import { recordStatements } from '../../api/testing/record-statements.ts';
import type { RunServices } from '../../engine/runs/index.ts';

/** Prints how Postgres answers each statement of a question, made for these values and for any. @returns those that read a large table whole */
export async function plansOf(services: RunServices, visibility: number, question: LineageQuestion): Promise<string[]> {
  const db = recordStatements(services.db);
  const answer = await askSchema({ ...services, db }, visibility)(question.text, question.variables(0, null));
  if (answer.errors) throw new Error(`${question.name}: ${answer.errors[0]!.message}`);
  const plans = await explainStatements(services.db, db.taken());
  const wrong: string[] = [];
  for (const { name, mode, ms, rows, looked, buffers, scans, wholeTables } of plans) {
    const whole = wholeTables.filter((table) => GROWING_TABLES.includes(table));
    if (whole.length > 0) wrong.push(`${question.name}: ${name} (${mode}) reads all of ${whole.join(', ')}`);
    console.log(
      JSON.stringify({
        name: `lineage.plan.${question.name}`,
        statement: name,
        mode,
        ms: Math.round(ms * 10) / 10,
        rows,
        looked,
        buffers,
        scans,
      }),
    );
  }
  return wrong;
}
