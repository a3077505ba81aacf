import { checkFiles } from './check-files.ts';
import type { CommandEnd, PinnedProcesses } from './pinned-processes.ts';
import { finishedHops, firstStart, readTaskLog, span, startedSince } from './read-task-log.ts';

/** What one engine's measurements have in common: how many batches, and how a figure is printed. */
export class Measurement {
  readonly engine: string;
  readonly n: number;
  /** Tasks of a run: three hops a batch. The reduce isn't one. */
  readonly tasks: number;
  /** Seconds that the naps of all tasks take, four at once. */
  readonly idealSeconds: number;

  constructor(engine: string, n: number) {
    this.engine = engine;
    this.n = n;
    this.tasks = 3 * n;
    this.idealSeconds = (this.tasks * 0.02) / 4;
  }

  print(name: string, value: number | null, unit: string, more: object = {}): void {
    const line = { name: `workload-w.${name}`, engine: this.engine, value: rounded(value), unit, n: this.n, ...more };
    console.log(JSON.stringify(line));
  }

  /** M1: a clean run, from the command's start to its end. @returns whether its files are right */
  cleanRun(processes: PinnedProcesses, run: Pick<CommandEnd, 'from' | 'to'>, cpuBefore: number, more: object): boolean {
    const cpu = processes.cpu.seconds();
    const lines = readTaskLog(processes.root);
    const wall = run.to - run.from;
    const { seconds, mostAtOnce } = span(lines);
    const checked = checkFiles(processes.root, this.n, 'a');
    this.print('M1.wall', wall, 's', {
      ideal_s: this.idealSeconds,
      starts: startedSince(lines, 0).hops,
      most_at_once: mostAtOnce,
      ...checked,
    });
    this.print('M1.ovh_ms_per_task', this.perTask(wall - this.idealSeconds), 'ms');
    this.print('M1.ovh_span_ms', this.perTask(seconds - this.idealSeconds), 'ms', {
      span_s: rounded(seconds),
      note: 'first start to last finish of the hops only',
    });
    this.print('M1.cpu_ms_per_task', this.perTask(cpu), 'ms', {
      cpu_s: rounded(cpu),
      method: processes.cpu.method,
      foreign_cpu_s: rounded(processes.foreignSeconds()),
      note: 'everything since the fresh home, services included',
    });
    this.print('M1.cpu_run_ms_per_task', this.perTask(cpu - cpuBefore), 'ms', {
      cpu_s: rounded(cpu - cpuBefore),
      ...more,
      note: 'from the run command to its end, services included',
    });
    this.print('M1.submit_to_first_task', firstStart(lines)! - run.from, 's');
    return checked.right;
  }

  /** M2: what was executed again after `kill -9` of everything. `began`: the first thing typed after it; `up`: the services are there. */
  afterKill(
    processes: PinnedProcesses,
    at: { began: number; up: number; ended: number; processes: number; typed: string },
  ): boolean {
    const lines = readTaskLog(processes.root);
    const { hops, again, reduces } = startedSince(lines, at.began);
    const checked = checkFiles(processes.root, this.n, 'a');
    const first = firstStart(lines, at.began);
    this.print('M2.reexecuted_finished', again, 'tasks', {
      ideal: 0,
      finished_at_kill: finishedHops(lines, at.began),
      starts_after: hops,
      reduces_after: reduces,
      killed_processes: at.processes,
      typed: at.typed,
      ...checked,
    });
    this.print('M2.up_to_first_new_task', first === null ? null : first - at.up, 's', {
      from_command_s: rounded(first === null ? null : first - at.began),
      up_s: rounded(at.up - at.began),
    });
    this.print('M2.wall', at.ended - at.began, 's', { note: 'from the first command after the kill to the end of the run' });
    return checked.right && again === 0;
  }

  /** M3: what a repair executed after batch 37 had failed for good in hop 2. */
  afterRepair(
    processes: PinnedProcesses,
    at: { began: number; ended: number; failedWith: number | null; missing: number; typed: string },
  ): boolean {
    const { hops, again, reduces } = startedSince(readTaskLog(processes.root), at.began);
    const checked = checkFiles(processes.root, this.n, 'a');
    this.print('M3.repair_starts', hops + reduces, 'tasks', {
      ideal: 3,
      reexecuted_finished: again,
      reduces,
      first_run_exit_code: at.failedWith,
      files_missing_then: at.missing,
      typed: at.typed,
      ...checked,
    });
    this.print('M3.wall', at.ended - at.began, 's');
    return checked.right && hops + reduces === 3;
  }

  /** M4: the same again, then with hop 3's parameter changed. */
  rerun(
    processes: PinnedProcesses,
    which: 'M4a' | 'M4b',
    run: Pick<CommandEnd, 'from' | 'to'>,
    param: string,
    typed: string,
  ): boolean {
    const { hops, reduces } = startedSince(readTaskLog(processes.root), run.from);
    const checked = checkFiles(processes.root, this.n, param);
    const [ideal, made] = which === 'M4a' ? [0, hops + reduces] : [this.n, hops];
    this.print(`${which}.reexecuted`, made, 'tasks', { ideal, reduces, typed, ...checked });
    this.print(`${which}.wall`, run.to - run.from, 's');
    return checked.right && made === ideal && reduces === (which === 'M4a' ? 0 : 1);
  }

  private perTask(seconds: number): number {
    return (seconds * 1000) / this.tasks;
  }
}

/** To a thousandth. */
export function rounded(value: number): number;
export function rounded(value: number | null): number | null;
export function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
