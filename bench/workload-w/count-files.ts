import { appendFileSync, readdirSync } from 'node:fs';
import { defineStep } from 'hopline';
import { z } from 'zod';
import { benchRoot, logTask } from './task-log.ts';

/** The workload's reduce: how many files there are. */
export const countFiles = defineStep({
  kind: 'reduce',
  name: 'workload-count',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { batches: { medium: 'text', load: false } },
  async run() {
    logTask('S', 'reduce', 0);
    const count = readdirSync(`${benchRoot()}/out`).length;
    appendFileSync(`${benchRoot()}/summary`, `${count}\n`);
    logTask('F', 'reduce', 0);
    return { metrics: [{ name: 'files', slice: 'all', value: count }], result: { files: count } };
  },
});
