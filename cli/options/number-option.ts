import { InvalidArgumentError } from 'commander';

/** An option's value as a number within bounds; commander names the option. */
export function numberOption(bounds: { above?: number; least?: number; most?: number } = {}): (text: string) => number {
  const { above, least, most } = bounds;
  return (text) => {
    const value = Number(text);
    const fits = text.trim() !== '' && Number.isFinite(value);
    if (fits && value > (above ?? -Infinity) && value >= (least ?? -Infinity) && value <= (most ?? Infinity)) return value;
    const rule = [
      above === undefined ? '' : `above ${above}`,
      least === undefined ? '' : `at least ${least}`,
      most === undefined ? '' : `at most ${most}`,
    ].filter(Boolean);
    throw new InvalidArgumentError(`It must be a number${rule.length ? ` ${rule.join(' and ')}` : ''}.`);
  };
}
