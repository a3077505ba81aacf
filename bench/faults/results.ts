import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunCheck } from './check-run.ts';
import type { DeviceTime } from './device-time.ts';
import type { Fault } from './fault.ts';

/** A fault that struck, and how the run came over it. */
export interface StruckResult {
  kind: Fault['kind'];
  point?: string;
  whom?: string;
  /** What it took to go on: nothing, or `hopline resume`. `planned`: the fault strikes a resume of a run that the programme has cancelled. */
  by: 'itself' | 'resume' | 'planned';
  /** From the fault to the next task committed. null: none was left. */
  firstTask: number | null;
}

export interface ScheduleResult {
  name: 'schedule';
  number: number;
  store: 'file' | 's3';
  struck: StruckResult[];
  /** What is wrong; empty when all is well. */
  failures: string[];
  rootDigest: string | null;
  check: RunCheck | null;
  /** Objects that nothing refers to: written by an attempt that couldn't commit. */
  orphans: number;
  /** Objects that the programme damaged: made again by the engine, or not read again. */
  damaged: { remade: number; spoilt: number };
  device: DeviceTime;
  /** From the launch to the end of the run. */
  seconds: number;
  /** Why `hopline resume` was needed. Those that were planned don't count. */
  resumes: string[];
}

/** The undisturbed run. */
export interface ReferenceResult {
  name: 'reference';
  store: 'file' | 's3';
  rootDigest: string;
  seconds: number;
  tasks: number;
  device: DeviceTime;
}

export type Result = ScheduleResult | ReferenceResult;

/** A file of JSON lines, one a result: what a programme that was killed goes on from. */
export class ResultsFile {
  readonly path: string;

  constructor(path: string, options: { keep: boolean }) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (!options.keep || !existsSync(path)) writeFileSync(path, '');
  }

  read(): Result[] {
    return readFileSync(this.path, 'utf8').split('\n').flatMap(parse);
  }

  add(result: Result): void {
    appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }
}

/** A line that a kill has cut short counts as none. */
function parse(line: string): Result[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Result];
  } catch {
    return [];
  }
}
