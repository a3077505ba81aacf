import { HoplineError } from '../../engine/plan/errors.ts';

/** The API names the fields of a rule, `whatIf.rule.keepPerInstance`; whoever typed options knows them as `--keep-per-instance`. */
export function inOptions(error: unknown): unknown {
  if (!(error instanceof HoplineError)) return error;
  const { code, message, hint, permanent, details } = error;
  const more = { permanent, details, cause: error, ...(hint === undefined ? {} : { hint: withOptions(hint) }) };
  return new HoplineError(code, withOptions(message), more);
}

const withOptions = (text: string): string =>
  text.replace(/\b(?:whatIf\.)?rule\.([a-z]\w*)/gi, (_field, name: string) =>
    name === 'params' ? '--set' : `--${hyphened(name)}`,
  );

const hyphened = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
