import type { Json, JsonObject } from '../../engine/plan/json.ts';
import { jsonObject } from '../client/json-object.ts';
import type { RunEvent } from '../operations/run-events.ts';
import type { NodeStatus, RunStatus } from '../operations/run-status.ts';
import { RunPace } from './run-pace.ts';

/** What moves the picture of a run. A run of 1,000 short tasks has a third as many: they come once a commit, not once a task. */
export const PROGRESS_EVENTS = ['run.state', 'run.planned', 'node.state', 'node.progress'];

/** A run as looks and events tell of it. The counters of an event are those of its node after a commit, so the last one holds and it does no
 *  harm that some are told which the look had seen. */
export class LiveRun {
  #seen: RunStatus | undefined;
  readonly #nodes = new Map<string, NodeStatus>();
  readonly #pace = new RunPace();

  look(status: RunStatus, now: number): void {
    this.#seen = status;
    this.#nodes.clear();
    for (const node of status.nodes) this.#nodes.set(node.name, node);
    this.#pace.tell(status.progress, deviceSecondsLeft(status.nodes));
    this.#measure(now);
  }

  /** @returns whether it takes a look to know what it means */
  take({ type, payload }: RunEvent, now: number): boolean {
    const told = jsonObject(payload);
    const node = this.#nodes.get(String(told.node));
    if (type === 'run.state' || type === 'run.planned' || !node) return true;
    if (type === 'node.state')
      this.#nodes.set(node.name, { ...node, state: told.state as NodeStatus['state'], error: errorOf(told) });
    if (type === 'node.progress') {
      const next = counted(node, told);
      if (next.done + next.failed < node.done + node.failed) return false;
      this.#nodes.set(node.name, next);
      this.#measure(now);
    }
    return false;
  }

  /** Undefined before the first look. */
  status(now: number): RunStatus | undefined {
    const seen = this.#seen;
    if (!seen || seen.finished) return seen;
    const nodes = seen.nodes.map(({ name }) => this.#nodes.get(name)!);
    const totals = {
      total: sum(nodes, ({ total }) => total),
      done: sum(nodes, ({ done }) => done),
      made: sum(nodes, ({ made }) => made),
      cached: sum(nodes, ({ cached }) => cached),
      failed: sum(nodes, ({ failed }) => failed),
      deviceSeconds: sum(nodes, ({ deviceSeconds }) => deviceSeconds),
    };
    const samplesPerSecond = this.#pace.samplesPerSecond(now);
    const etaSeconds = this.#pace.etaSeconds(now, deviceSecondsLeft(nodes));
    return { ...seen, nodes, progress: { ...totals, samplesPerSecond, etaSeconds } };
  }

  #measure(at: number): void {
    const nodes = [...this.#nodes.values()];
    this.#pace.see({ at, made: sum(nodes, ({ made }) => made), deviceSeconds: sum(nodes, ({ deviceSeconds }) => deviceSeconds) });
  }
}

/** A node with the counters of a `node.progress`. */
function counted(node: NodeStatus, told: JsonObject): NodeStatus {
  const [total, made, cached, failed, deviceSeconds] = [
    told.expected,
    told.made,
    told.cached,
    told.failed,
    told.deviceSeconds,
  ].map(Number);
  const counts = { total: total!, made: made!, cached: cached!, failed: failed!, deviceSeconds: deviceSeconds! };
  return { ...node, ...counts, done: counts.made + counts.cached, state: told.state as NodeStatus['state'] };
}

function errorOf({ error }: JsonObject): NodeStatus['error'] {
  if (error === undefined) return null;
  const { code, message, hint } = jsonObject(error as Json);
  return { code: String(code), message: String(message), hint: typeof hint === 'string' ? hint : null };
}

/** What is left at each node's own pace; nodes that have none go by that of all. As the server reckons (engine/lineage/run-progress.ts). */
function deviceSecondsLeft(nodes: readonly NodeStatus[]): number {
  const tried = sum(nodes, ({ made, failed }) => made + failed);
  const mean = tried > 0 ? sum(nodes, ({ deviceSeconds }) => deviceSeconds) / tried : 0;
  return sum(nodes, ({ total, done, made, failed, deviceSeconds }) => {
    const pace = made + failed > 0 ? deviceSeconds / (made + failed) : mean;
    return Math.max(0, total - done - failed) * pace;
  });
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);
