import { DatasetError } from './row-error.ts';

/** Longest text a dataset may hold, characters. */
export const MAX_TEXT_LENGTH = 10_000;

/** @throws DATASET_TEXT_TOO_LONG */
export function assertTextLength(text: string, where: string): void {
  if (text.length <= MAX_TEXT_LENGTH) return;
  throw new DatasetError(
    'DATASET_TEXT_TOO_LONG',
    where,
    `must have at most ${MAX_TEXT_LENGTH} characters`,
    `${text.length} characters`,
    'shorten the text or remove the row',
  );
}
