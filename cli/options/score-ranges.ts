import { InvalidArgumentError } from 'commander';

/** `ScoreRange` of the API. */
export interface ScoreRange {
  node?: string;
  min?: number;
  max?: number;
}

/** `--score 'NODE>=0.1'`, `--score '<=0.5'`: bounds of a loss, of one scorer or of any. Said twice it is a range. */
export function scoreOption(text: string, earlier: ScoreRange | undefined): ScoreRange {
  const [, node = '', bound, number = ''] = /^([^<>=]*)(<=|>=)(.+)$/s.exec(text) ?? [];
  const value = Number(number);
  if (bound === undefined || number.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError("It must be 'NODE>=NUMBER', 'NODE<=NUMBER', or either without a node.");
  if (earlier && (earlier.node ?? '') !== node)
    throw new InvalidArgumentError(`It must be about one scorer, got ${earlier.node || 'any'} and ${node || 'any'}.`);
  return { ...earlier, ...(node ? { node } : {}), ...(bound === '>=' ? { min: value } : { max: value }) };
}
