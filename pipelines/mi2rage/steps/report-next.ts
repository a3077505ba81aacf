import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import { type ReportRow, reportRows } from '../evaluation/report-row.ts';
import { reportTable } from '../evaluation/report-table.ts';

/** The report so far and the rows of one more variant. A step has a fixed number of roles and a run any number of variants: so the table
 *  grows by a link for each. */
export const reportNext = defineStep({
  kind: 'reduce',
  name: 'report-next',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { before: 'result', test: 'result', validation: 'result' },
  seeded: false,
  async run({ nodes }) {
    const { rows: before } = (await nodes.result('before')) as unknown as { rows: ReportRow[] };
    const rows = [...before, ...reportRows(await nodes.result('test'), await nodes.result('validation'))];
    return { result: { rows: rows as unknown as JsonObject[] }, files: { 'report.md': Buffer.from(reportTable(rows)) } };
  },
});
