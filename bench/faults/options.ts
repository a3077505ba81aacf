import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HoplineError } from '../../engine/plan/errors.ts';
import { TIMED_FAULTS, type TimedFault } from './fault.ts';
import { WORKS } from './work.ts';

export interface ProgrammeOptions {
  /** Faults that must have struck. Default 200. */
  kills: number;
  /** Draws the schedules, and is the seed of the run. Default 7. */
  seed: number;
  /** Default file. */
  store: 'file' | 's3';
  /** Name of a work. Default mi2rage. */
  work: string;
  /** The programme begins no schedule after that. Default 120. */
  minutes: number;
  /** Where homes and results lie. Absolute. Default `.hopline/faults`. */
  home: string;
  /** Goes on with the results that are there. */
  resume: boolean;
  /** Runs this schedule only. */
  schedule?: number;
  /** Schedules at a time. Default 1. */
  lanes: number;
  /** HOPLINE_HEARTBEAT_SECONDS. Default 3. */
  heartbeatSeconds: number;
  /** Of the faults at random times, only these. Default: all that can strike here. */
  only: TimedFault[];
  /** Also damages objects. Default true. */
  damage: boolean;
  /** Goes on until every crash point was hit. Default true. */
  everyPoint: boolean;
  pointsFirst: boolean;
  fewest: number;
  most: number;
  crashShare: number;
  longestWait: number;
}

export const USAGE =
  'npm run faults -- [--kills 200] [--seed 7] [--store file|s3] [--work mi2rage|toy] [--minutes 120] [--home DIR] [--resume] [--schedule N] [--lanes 1] [--heartbeat 3] [--no-damage] [--only FAULT,FAULT]';

/** @throws FAULTS_USAGE */
export function programmeOptions(args: readonly string[], cwd: string): ProgrammeOptions {
  const { values } = parsed(args);
  const { store = 'file', work = 'mi2rage' } = values;
  if (store !== 'file' && store !== 's3') throw wrong('--store', 'must be file or s3', store);
  if (!(work in WORKS)) throw wrong('--work', `must be ${Object.keys(WORKS).join(' or ')}`, work);
  return {
    ...DEFAULTS,
    kills: whole('--kills', values.kills, DEFAULTS.kills),
    seed: whole('--seed', values.seed, DEFAULTS.seed),
    store,
    work,
    minutes: whole('--minutes', values.minutes, DEFAULTS.minutes),
    home: resolve(cwd, values.home ?? '.hopline/faults'),
    resume: values.resume ?? false,
    lanes: whole('--lanes', values.lanes, DEFAULTS.lanes),
    heartbeatSeconds: whole('--heartbeat', values.heartbeat, DEFAULTS.heartbeatSeconds),
    only: kinds(values.only),
    damage: !(values['no-damage'] ?? false),
    ...(values.schedule === undefined ? {} : { schedule: whole('--schedule', values.schedule, 0) }),
  };
}

export const DEFAULTS = {
  everyPoint: true,
  only: [] as TimedFault[],
  pointsFirst: false,
  damage: true,
  kills: 200,
  seed: 7,
  minutes: 120,
  lanes: 1,
  heartbeatSeconds: 3,
  fewest: 3,
  most: 10,
  crashShare: 0.5,
  longestWait: 2_500,
};

function parsed(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    return parseArgs({
      args: [...args],
      options: {
        kills: text,
        seed: text,
        store: text,
        work: text,
        minutes: text,
        home: text,
        schedule: text,
        lanes: text,
        heartbeat: text,
        only: text,
        resume: flag,
        'no-damage': flag,
      },
    });
  } catch (error) {
    throw new HoplineError('FAULTS_USAGE', (error as Error).message.split('\n')[0]!, { hint: USAGE });
  }
}

function kinds(given: string | undefined): TimedFault[] {
  const names = given?.split(',').map((name) => name.trim()) ?? [];
  const odd = names.find((name) => !(name in TIMED_FAULTS));
  if (odd !== undefined) throw wrong('--only', `must be some of ${Object.keys(TIMED_FAULTS).join(', ')}`, odd);
  return names as TimedFault[];
}

function whole(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw wrong(name, 'must be a whole number', given);
}

const wrong = (name: string, rule: string, got: string): HoplineError =>
  new HoplineError('FAULTS_USAGE', `${name} ${rule}, got ${got}`, { hint: USAGE });
