import { InvalidArgumentError } from 'commander';

/** An option's value as a whole number within bounds; commander names the option. */
export function integerOption(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `It must be an integer ${most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `from ${least} to ${most}`}.`,
    );
  };
}
