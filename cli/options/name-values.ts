import { UsageError } from '../usage-error.ts';

export interface NameValue {
  name: string;
  value: string;
}

/** `name=value` pairs of `--label`, `--dataset` and the like; of a name that is given twice the last. @throws UsageError naming the pair */
export function nameValues(what: string, pairs: readonly string[]): NameValue[] {
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`${what} must be name=value, got ${pair}`);
    values.set(name, value);
  }
  return [...values].map(([name, value]) => ({ name, value }));
}
