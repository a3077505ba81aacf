import pc from 'picocolors';
import type { NodeStatus, RunStatus } from '../operations/run-status.ts';
import { duration } from '../terminal/duration.ts';
import { shorten } from '../terminal/table.ts';
import { bar } from './bar.ts';

export interface Screen {
  columns: number;
  rows: number;
  /** Items a second of a node. */
  rate(name: string): number;
  /** Seconds since the following began. */
  elapsed: number;
}

/** The picture of a run in a terminal: a line for the run, then one a node; never more lines than the screen has. */
export function progressLines(status: RunStatus, screen: Screen): string[] {
  const { progress } = status;
  const eta = status.state === 'RUNNING' ? `  ETA ${duration(progress.etaSeconds)}` : '';
  const cached = progress.cached ? `  ${progress.cached} reused` : '';
  const failed = progress.failed ? pc.red(`  ${progress.failed} failed`) : '';
  const head = `${pc.bold(`run ${status.runId}`)} ${colourState(status.state)}  ${progress.done}/${progress.total}${cached}${failed}  ${duration(screen.elapsed)}${eta}`;
  const room = Math.max(1, screen.rows - 3);
  const shown = pickNodes(status.nodes, room);
  const nameWidth = Math.min(28, Math.max(4, ...shown.map((node) => node.name.length)));
  const lines = [head, ...shown.map((node) => nodeLine(node, nameWidth, screen))];
  const hidden = status.nodes.length - shown.length;
  return hidden > 0 ? [...lines, pc.dim(`… ${hidden} more nodes`)] : lines;
}

/** All nodes where they fit; else those at work, then failed, waiting and finished ones. In the order of the DAG. */
function pickNodes(nodes: readonly NodeStatus[], room: number): NodeStatus[] {
  if (nodes.length <= room) return [...nodes];
  const urgency: Record<NodeStatus['state'], number> = { RUNNING: 0, FAILED: 1, PENDING: 2, CANCELLED: 3, SUCCEEDED: 4 };
  const picked = new Set([...nodes].sort((a, b) => urgency[a.state] - urgency[b.state]).slice(0, room));
  return nodes.filter((node) => picked.has(node));
}

function nodeLine(node: NodeStatus, nameWidth: number, { columns, rate }: Screen): string {
  const width = Math.max(8, Math.min(30, columns - nameWidth - 48));
  const perSecond = rate(node.name);
  const left = node.total - node.done - node.failed;
  const speed =
    node.state === 'RUNNING' && perSecond > 0
      ? `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s  ETA ${duration(left / perSecond)}`
      : '';
  const counts = `${node.done}/${node.total}`.padStart(13);
  const failed = node.failed ? pc.red(` ${node.failed} failed`) : '';
  const share = node.total > 0 ? (node.done + node.failed) / node.total : 0;
  return `${shorten(node.name, nameWidth).padEnd(nameWidth)} ${colourBar(node, bar(share, width))} ${counts}${failed}  ${speed}`.trimEnd();
}

function colourBar(node: NodeStatus, text: string): string {
  if (node.state === 'FAILED') return pc.red(text);
  if (node.state === 'SUCCEEDED') return pc.green(text);
  return node.state === 'RUNNING' ? pc.cyan(text) : pc.dim(text);
}

export function colourState(state: RunStatus['state']): string {
  if (state === 'SUCCEEDED') return pc.green(state);
  return state === 'FAILED' || state === 'CANCELLED' ? pc.red(state) : pc.cyan(state);
}
