import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import { reportRows } from '../evaluation/report-row.ts';
import { reportTable } from '../evaluation/report-table.ts';

/** The report with the rows of the first variant. */
export const reportFirst = defineStep({
  kind: 'reduce',
  name: 'report-first',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { test: 'result', validation: 'result' },
  seeded: false,
  async run({ nodes }) {
    const rows = reportRows(await nodes.result('test'), await nodes.result('validation'));
    return { result: { rows: rows as unknown as JsonObject[] }, files: { 'report.md': Buffer.from(reportTable(rows)) } };
  },
});
