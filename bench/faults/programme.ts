import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CRASH_POINTS, type CrashPoint } from '../../engine/faults/crash-point.ts';
import { drawingOf } from './drawing-of.ts';
import { endEarlierLife } from './end-earlier-life.ts';
import { FaultyHome } from './faulty-home.ts';
import { fileStore, type HomeStore, s3Store } from './home-store.ts';
import { makeTemplate } from './make-template.ts';
import type { ProgrammeOptions } from './options.ts';
import { resultLine } from './result-line.ts';
import { type ReferenceResult, ResultsFile, type ScheduleResult } from './results.ts';
import { runSchedule } from './run-schedule.ts';
import { type Schedule, schedules } from './schedules.ts';
import { WORKS } from './work.ts';

export interface ProgrammeResult {
  reference: ReferenceResult;
  schedules: ScheduleResult[];
  /** Crash points that nobody came by yet. */
  missed: CrashPoint[];
  /** False when the time was up first. */
  complete: boolean;
}

/** Runs schedules until enough faults have struck and every crash point has been hit, or the time is up. Every schedule has a home of its own,
 *  copied from one template: a key that exists is not made again, so in one home only the first run would work. */
export class Programme {
  readonly #options: ProgrammeOptions;
  readonly #say: (line: string) => void;
  readonly #results: ResultsFile;

  constructor(options: ProgrammeOptions, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
    const { home, seed, store, work, schedule } = options;
    const one = schedule === undefined ? '' : `-schedule-${schedule}`;
    this.#results = new ResultsFile(join(home, `seed-${seed}-${store}-${work}${one}.jsonl`), { keep: options.resume });
  }

  async run(): Promise<ProgrammeResult> {
    const { home, minutes, lanes, kills, everyPoint, schedule: only } = this.#options;
    const until = Date.now() + minutes * 60_000;
    endEarlierLife(home);
    const known = this.#results.read();
    const done = new Map(known.flatMap((result) => (result.name === 'schedule' ? [[result.number, result]] : [])));
    const reference = known.find((result) => result.name === 'reference') ?? (await this.#reference());
    const enough = (): boolean =>
      only === undefined && this.#struck(done) >= kills && !(everyPoint && this.#missed(done).length > 0);
    const drawn = schedules(drawingOf(this.#options));
    const next = (): Schedule | null => {
      while (!enough() && Date.now() < until) {
        const schedule = drawn.next().value;
        if (only !== undefined && schedule.number > only) return null;
        if (only === undefined ? !done.has(schedule.number) : schedule.number === only) return schedule;
      }
      return null;
    };
    const lane = async (): Promise<void> => {
      for (let schedule = next(); schedule; schedule = next()) {
        const result = await this.#one(schedule, reference);
        done.set(result.number, result);
        this.#results.add(result);
        this.#say(resultLine(result, this.#struck(done), this.#options));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    const results = [...done.values()].sort((a, b) => a.number - b.number);
    return { reference, schedules: results, missed: this.#missed(done), complete: only !== undefined || enough() };
  }

  get resultsPath(): string {
    return this.#results.path;
  }

  /** The template's home, and in it nothing but what every run needs; then a run that nothing disturbs. */
  async #reference(): Promise<ReferenceResult> {
    const { store, seed, work } = this.#options;
    rmSync(join(this.#options.home, 'template'), { recursive: true, force: true });
    const template = await this.#open('template');
    await makeTemplate(template.home, WORKS[work]!);
    await template.store.release?.();
    const { home, store: own } = await this.#open('undisturbed', true);
    const quiet: Schedule = { number: -1, armed: [], inTurn: [] };
    const result = await runSchedule(quiet, { home, store: own, work: WORKS[work]!, seed, say: this.#say });
    if (result.failures.length > 0) throw new Error(`the undisturbed run must succeed, got: ${result.failures.join('; ')}`);
    home.remove();
    const { rootDigest, seconds, device, check } = result;
    const reference: ReferenceResult = {
      name: 'reference',
      store,
      rootDigest: rootDigest!,
      seconds,
      tasks: check!.tasks,
      device,
    };
    this.#results.add(reference);
    this.#say(`undisturbed: ${check!.tasks} tasks in ${seconds.toFixed(1)} s, root digest ${rootDigest}`);
    return reference;
  }

  async #one(schedule: Schedule, reference: ReferenceResult): Promise<ScheduleResult> {
    const { work, seed } = this.#options;
    const { home, store } = await this.#open(`schedule-${schedule.number}`, true);
    const { rootDigest } = reference;
    const result = await runSchedule(schedule, { home, store, work: WORKS[work]!, seed, reference: rootDigest, say: this.#say });
    if (result.failures.length === 0 && this.#options.schedule === undefined) home.remove();
    return result;
  }

  /** A home in a folder of its own, with a copy of what the template has. */
  async #open(name: string, copy = false): Promise<{ home: FaultyHome; store: HomeStore }> {
    const { home: root, work, store: kind, heartbeatSeconds } = this.#options;
    const folder = join(root, name);
    const template = join(root, 'template');
    const env = { HOPLINE_HEARTBEAT_SECONDS: String(heartbeatSeconds) };
    if (copy) new FaultyHome({ folder, work: WORKS[work]!, env }).remove();
    const store =
      kind === 's3'
        ? await s3Store(join(folder, 's3'), copy ? join(template, 's3') : undefined)
        : fileStore(join(folder, 'home'));
    const home = new FaultyHome({ folder, work: WORKS[work]!, env: { ...env, ...store.env } });
    if (copy) home.copyFrom(new FaultyHome({ folder: template, work: WORKS[work]!, env }));
    return { home, store };
  }

  #struck(done: ReadonlyMap<number, ScheduleResult>): number {
    return [...done.values()].reduce((sum, { struck }) => sum + struck.length, 0);
  }

  #missed(done: ReadonlyMap<number, ScheduleResult>): CrashPoint[] {
    const hit = new Set([...done.values()].flatMap(({ struck }) => struck.map(({ point }) => point)));
    return CRASH_POINTS.filter((point) => !hit.has(point));
  }
}
