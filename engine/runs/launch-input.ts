import { labelViolations, MOST_LABELS } from '../lineage/run-labels.ts';
import type { Pipeline } from '../plan/define-pipeline.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import { resolveParams } from '../plan/params.ts';
import { paramsInvalid, type Violation, violationsIn } from '../plan/params-invalid.ts';
import { findPipeline, type Project } from '../plan/project.ts';
import { unstorableTexts } from '../plan/unstorable-text.ts';
import type { PinnedNames } from './resolve-pins.ts';

/** A request to plan or launch a run. */
export interface LaunchInput {
  pipeline: string;
  /** `profile` picks a profile; the rest overrides it. */
  params?: JsonObject;
  /** Default 0. */
  seed?: number;
  /** Versions to use instead of the latest of a name: by the name that the pipeline uses with these params, another name or a digest. */
  datasets?: PinnedNames;
  models?: PinnedNames;
  project?: string;
  labels?: Record<string, string>;
  /** 1 (first) to 5. Default 3. */
  priority?: number;
  idempotencyKey?: string;
}

/** Characters of a project's name and of an idempotency key, at most. */
const LONGEST = 200;

/** The request with every default filled in. What JSON brings is checked to be what its type says.
 *  @throws PIPELINE_NOT_FOUND; PARAMS_INVALID with everything that is wrong, each with its path */
export function resolveLaunch(project: Project, input: LaunchInput): { pipeline: Pipeline; params: JsonObject; seed: number } {
  const pipeline = findPipeline(project, input.pipeline);
  const violations = requestViolations(input);
  let params: JsonObject = {};
  try {
    if (input.params === undefined || isObject(input.params)) params = resolveParams(pipeline, input.params);
  } catch (error) {
    if (violations.length === 0 || !(error instanceof HoplineError) || error.code !== 'PARAMS_INVALID') throw error;
    violations.push(...violationsIn(error));
  }
  if (violations.length === 0) return { pipeline, params, seed: input.seed ?? 0 };
  throw paramsInvalid(`pipeline "${pipeline.name}"`, violations, `hopline plan ${pipeline.name} --json shows the params`);
}

/** What is wrong with all but the params' own schema. */
function requestViolations(input: LaunchInput): Violation[] {
  const { params, seed = 0, priority = 3, labels = {}, project, idempotencyKey } = input;
  const count = Object.keys(labels).length;
  return [
    ...(Number.isSafeInteger(seed) && seed >= 0 ? [] : [{ path: 'seed', message: `must be a whole number >= 0, got ${seed}` }]),
    ...(Number.isInteger(priority) && priority >= 1 && priority <= 5
      ? []
      : [{ path: 'priority', message: `must be 1 to 5, got ${priority}` }]),
    ...(count <= MOST_LABELS ? [] : [{ path: 'labels', message: `must be ${MOST_LABELS} at most, got ${count}` }]),
    ...labelViolations(labels),
    ...(params === undefined || isObject(params) ? [] : [{ path: 'params', message: `must be an object, got ${shown(params)}` }]),
    ...unstorableTexts(params, 'params'),
    ...pinViolations('datasets', input.datasets),
    ...pinViolations('models', input.models),
    ...nameViolations('project', project),
    ...nameViolations('idempotencyKey', idempotencyKey),
  ];
}

function nameViolations(path: string, name: string | undefined): Violation[] {
  if (name === undefined) return [];
  const fits = name.length >= 1 && name.length <= LONGEST;
  return [...(fits ? [] : [{ path, message: `must have 1 to ${LONGEST} characters` }]), ...unstorableTexts(name, path)];
}

function pinViolations(path: string, given: unknown): Violation[] {
  if (given === undefined) return [];
  if (!isObject(given)) return [{ path, message: `must be an object of names, got ${shown(given)}` }];
  return Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' && value !== ''
      ? unstorableTexts(value, `${path}.${name}`)
      : [{ path: `${path}.${name}`, message: `must be a name or a digest, got ${shown(value)}` }],
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
