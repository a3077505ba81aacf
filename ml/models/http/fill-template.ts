import type { Json } from '../../../engine/plan/json.ts';

const PLACEHOLDER = /\{\{|\}\}|\{([^{}]*)\}/g;

/** Names in braces that a template's strings hold, each once. */
export function placeholders(template: Json): string[] {
  const names = new Set<string>();
  for (const text of strings(template)) {
    for (const [, name] of text.matchAll(PLACEHOLDER)) if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** Puts values where their names stand, in one pass: braces in a value mean nothing. A string that is one name and nothing else becomes the
 *  value as it is, so `"{seed}"` a number. `{{` and `}}` are single braces. */
export function fillTemplate(template: Json, values: Readonly<Record<string, string | number | boolean>>): Json {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) return template.map((inner) => fillTemplate(inner, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, inner]) => [name, fillTemplate(inner, values)]));
}

function fillText(text: string, values: Readonly<Record<string, string | number | boolean>>): string | number | boolean {
  const whole = /^\{([^{}]*)\}$/.exec(text)?.[1];
  if (whole !== undefined && Object.hasOwn(values, whole)) return values[whole]!;
  return text.replace(PLACEHOLDER, (found: string, name?: string) => {
    if (name === undefined) return found[0]!;
    return Object.hasOwn(values, name) ? String(values[name]) : found;
  });
}

function* strings(json: Json): Iterable<string> {
  if (typeof json === 'string') yield json;
  else if (Array.isArray(json)) for (const inner of json) yield* strings(inner);
  else if (typeof json === 'object' && json !== null) for (const inner of Object.values(json)) yield* strings(inner);
}
