import type { Json, JsonObject } from '../../engine/plan/json.ts';
import { UsageError } from '../usage-error.ts';

const forbidden = new Set(['__proto__', 'prototype', 'constructor']);

/** Applies `--set path.to.param=value` to params. Values are JSON where they parse as JSON, else text: `--set keep=2 --set dataset=nlvr`.
 *  Returns a new object. @throws UsageError naming the assignment. */
export function setParams(params: JsonObject, assignments: readonly string[]): JsonObject {
  const result = structuredClone(params);
  for (const assignment of assignments) {
    const equals = assignment.indexOf('=');
    const path = assignment.slice(0, equals).split('.');
    if (equals < 1 || path.some((name) => name === '' || forbidden.has(name))) {
      throw new UsageError(
        `--set must be name=value or outer.inner=value, got ${assignment}`,
        'for example: --set selection.keep=2',
      );
    }
    assign(result, path, readValue(assignment.slice(equals + 1)), assignment);
  }
  return result;
}

function assign(target: JsonObject, path: string[], value: Json, assignment: string): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = target[name] ?? {};
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
    throw new UsageError(`--set ${assignment}: ${name} must be an object to set a param inside it, got ${JSON.stringify(inner)}`);
  }
  target[name] = inner;
  assign(inner, rest, value, assignment);
}

/** `2`, `true`, `null`, `[1,2]`, `{"a":1}` and `"quoted"` are JSON; what starts like JSON and is broken is an error, the rest is text. */
function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (/^[[{"]/.test(text))
      throw new UsageError(`--set value must be JSON or plain text, got ${text}`, `quote it for the shell: --set 'name=[1,2]'`);
    return text;
  }
}
