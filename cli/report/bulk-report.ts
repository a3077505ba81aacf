import type { BulkOutcome } from '../operations/bulk-runs.ts';

/** What became of many runs: how many it was done with, and why not with the others. */
export function bulkReport(verb: string, { done, refused, remaining, outcomes }: BulkOutcome): string {
  const lines = [`${done} ${verb}`];
  for (const { code, message } of outcomes.filter((outcome) => !outcome.done)) lines.push(`error[${code}] ${message}`);
  if (refused > 0) lines.push(`${refused} were left as they are`);
  if (remaining > 0) lines.push(`${remaining} more were not come to: say it again`);
  return lines.join('\n');
}
