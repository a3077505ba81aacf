import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineStep, HoplineError } from 'hopline';
import { z } from 'zod';
import { outputContent, outputPath } from './output-file.ts';
import { benchRoot, logTask } from './task-log.ts';

/** A task of the workload: 20 ms of waiting and a file of 4 KB; hands its batch id on. Batch 37 fails for good in
 *  hop 2, and not the next time, where the root has a file `fail_once`: measure M3. */
export const hop = defineStep({
  kind: 'map',
  name: 'workload-hop',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ hop: z.int().min(1).max(3), param: z.string().default('a') }),
  inputs: { batch: 'text' },
  output: 'text',
  hop: true,
  seeded: false,
  batchSize: 1,
  async run({ items, params }) {
    const results: { text: string }[] = [];
    for (const item of items) {
      const batch = Number(item.inputs.batch!.text);
      logTask('S', batch, params.hop);
      failOnce(batch, params.hop);
      await sleep(20);
      writeFileSync(`${benchRoot()}/${outputPath(batch, params.hop)}`, outputContent(batch, params.hop, params.param));
      logTask('F', batch, params.hop);
      results.push({ text: String(batch) });
    }
    return results;
  },
});

function failOnce(batch: number, hop: number): void {
  const flag = `${benchRoot()}/fail_once`;
  if (batch !== 37 || hop !== 2 || !existsSync(flag)) return;
  unlinkSync(flag);
  logTask('X', batch, hop);
  throw new HoplineError('INJECTED', 'hop must not fail, got batch 37 in hop 2', { permanent: true });
}
