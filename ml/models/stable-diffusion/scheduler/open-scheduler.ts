import { HoplineError } from '../../../../engine/plan/errors.ts';
import { ConfigFields } from './config-fields.ts';
import { ddim } from './ddim.ts';
import { dpmSolverMultistep } from './dpm-solver.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { lcm } from './lcm.ts';
import { pndm } from './pndm.ts';
import type { Scheduler } from './scheduler.ts';

/** A scheduler_config.json of diffusers: `_class_name` and its fields. */
export type SchedulerConfig = Readonly<Record<string, unknown>>;

const classes: Readonly<Record<string, (config: ConfigFields, steps: number) => Scheduler>> = {
  DDIMScheduler: ddim,
  PNDMScheduler: pndm,
  EulerDiscreteScheduler: euler,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  DPMSolverMultistepScheduler: dpmSolverMultistep,
  LCMScheduler: lcm,
};

/** Short names, and what they change in the folder's own configuration. */
const named = {
  ddim: { _class_name: 'DDIMScheduler' },
  pndm: { _class_name: 'PNDMScheduler' },
  euler: { _class_name: 'EulerDiscreteScheduler', use_karras_sigmas: false },
  euler_karras: { _class_name: 'EulerDiscreteScheduler', use_karras_sigmas: true },
  euler_a: { _class_name: 'EulerAncestralDiscreteScheduler' },
  dpmpp_2m: { _class_name: 'DPMSolverMultistepScheduler', use_karras_sigmas: false },
  dpmpp_2m_karras: { _class_name: 'DPMSolverMultistepScheduler', use_karras_sigmas: true },
  lcm: { _class_name: 'LCMScheduler' },
} as const;
export type SchedulerName = keyof typeof named;
export const schedulerNames = Object.keys(named) as SchedulerName[];

/** The configuration of a scheduler given by name: the folder's fields under another class, as diffusers' `from_config` does it.
 *  @throws HoplineError OPTION_INVALID */
export function chooseScheduler(own: SchedulerConfig, choice: string | SchedulerConfig | undefined): SchedulerConfig {
  if (choice === undefined) return own;
  if (typeof choice !== 'string') return choice;
  if (Object.hasOwn(named, choice)) return { ...own, ...named[choice as SchedulerName] };
  throw new HoplineError(
    'OPTION_INVALID',
    `options.scheduler must be one of ${schedulerNames.join(', ')}, got ${choice.slice(0, 80)}`,
  );
}

/** The scheduler of a configuration for a number of steps.
 *  @throws HoplineError MODEL_NOT_SUPPORTED, MODEL_CONFIG_INVALID, OPTION_INVALID */
export function openScheduler(config: SchedulerConfig, steps: number): Scheduler {
  const name = config._class_name;
  const open = typeof name === 'string' && Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (open) return open(new ConfigFields('scheduler', config), steps);
  throw new HoplineError(
    'MODEL_NOT_SUPPORTED',
    `scheduler._class_name must be one of ${Object.keys(classes).join(', ')}, got ${JSON.stringify(name)?.slice(0, 80)}`,
    { hint: `open the model with one of: ${schedulerNames.join(', ')}` },
  );
}
