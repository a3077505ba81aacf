import { HoplineError } from '../../../../engine/plan/errors.ts';

/** Fields of a JSON configuration, checked one by one. A missing field or null gives the default of the reference library. */
export class ConfigFields {
  readonly #where: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @param where how errors call it: `scheduler` */
  constructor(where: string, fields: Readonly<Record<string, unknown>>) {
    this.#where = where;
    this.#fields = fields;
  }

  number(name: string, fallback: number): number {
    return this.optionalNumber(name) ?? fallback;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#fields[name] ?? undefined;
    if (value === undefined || typeof value === 'number') return value;
    throw this.#invalid(name, 'must be a number', value);
  }

  whole(name: string, fallback: number, range?: { readonly from: number; readonly to: number }): number {
    const value = this.number(name, fallback);
    const { from, to } = range ?? { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
    if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
    throw this.#invalid(name, `must be a whole number${range ? ` from ${from} to ${to}` : ''}`, value);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#fields[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.#invalid(name, 'must be true or false', value);
  }

  /** @throws HoplineError MODEL_NOT_SUPPORTED for a value outside `choices`: the reference may know more than we do */
  choice<const C extends string>(name: string, choices: readonly C[], fallback: C): C {
    const value = this.#fields[name] ?? fallback;
    if (choices.includes(value as C)) return value as C;
    throw this.unsupported(name, `must be one of ${choices.join(', ')}`);
  }

  numbers(name: string): readonly number[] | undefined {
    const value = this.#fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
    throw this.#invalid(name, 'must be a list of numbers', value);
  }

  /** The same configuration without fields that a method doesn't know, as the reference drops them. */
  without(...names: readonly string[]): ConfigFields {
    const fields = Object.fromEntries(Object.entries(this.#fields).filter(([name]) => !names.includes(name)));
    return new ConfigFields(this.#where, fields);
  }

  /** Refuses a switch that would change the numbers in a way that isn't built. */
  refuse(name: string): void {
    if (this.flag(name, false)) throw this.unsupported(name, 'must be false');
  }

  unsupported(name: string, rule: string): HoplineError {
    return new HoplineError('MODEL_NOT_SUPPORTED', `${this.#where}.${name} ${rule}, got ${show(this.#fields[name])}`, {
      hint: 'name another scheduler, such as euler or dpmpp_2m',
    });
  }

  #invalid(name: string, rule: string, got: unknown): HoplineError {
    return new HoplineError('MODEL_CONFIG_INVALID', `${this.#where}.${name} ${rule}, got ${show(got)}`);
  }
}

const show = (value: unknown): string => String(JSON.stringify(value)).slice(0, 120);
