import type { Resumption } from '../operations/resume-run.ts';
import { table } from '../terminal/table.ts';

/** What a resume goes on with: how, with which code, and what each node has and lacks. */
export function resumeReport({ run, byItself, codeRevision, nodes }: Resumption): string {
  const lines = [headline(run, byItself)];
  if (codeRevision.before !== codeRevision.now) lines.push(`code ${codeRevision.before} -> ${codeRevision.now}`);
  if (run.finished) return lines.join('\n');
  const rows = nodes
    .filter((node) => node.kind !== 'source' || node.change !== null)
    .map(({ name, done, left, change }) => [
      name,
      ...(change === null ? [String(done), String(left), ''] : ['', '', `anew: ${change}`]),
    ]);
  lines.push(
    nodes.length === 0
      ? 'it has no plan yet'
      : table(
          [{ title: 'node' }, { title: 'done', align: 'right' }, { title: 'left', align: 'right' }, { title: '', most: 80 }],
          rows,
        ),
  );
  const changed = nodes.filter((node) => node.codeChanged).map((node) => node.name);
  if (changed.length > 0)
    lines.push(
      `other code under the same version: ${changed.join(', ')}; what exists is reused. Raise the version to make it again.`,
    );
  return lines.join('\n');
}

function headline({ runId, finished, attempts }: Resumption['run'], byItself: boolean): string {
  if (!byItself) return `run ${runId} is resumed, attempt ${attempts}`;
  if (finished) return `run ${runId} went on by itself after an interruption and has succeeded: nothing is left`;
  return `run ${runId} was interrupted and goes on by itself`;
}
