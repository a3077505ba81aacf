import { HoplineError } from '../plan/errors.ts';
import type { ReaderRow } from '../plan/project.ts';
import { imageType } from '../store/image-type.ts';

/** Longest text of a row. Characters. */
const LONGEST_TEXT = 10_000;

/** What every row must be, whichever reader it comes from. `index` counts from 0.
 *  @throws DATASET_ROW_INVALID, DATASET_TEXT_TOO_LONG, DATASET_PICTURE_INVALID, naming the row */
export function checkDatasetRow({ id, group, text, image, meta }: ReaderRow, index: number): void {
  const where = `row ${index + 1} (id ${JSON.stringify(id)})`;
  if (typeof id !== 'string' || id === '' || id.length > 200)
    throw invalid(`${where}.id must be a text of 1 to 200 characters`, id);
  if (typeof group !== 'string' || group === '') throw invalid(`${where}.group must be a text of its own`, group);
  if (text === undefined && image === undefined) throw invalid(`${where} must have a text or an image`, 'neither');
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta))
    throw invalid(`${where}.meta must be a JSON object`, meta);
  if (text !== undefined && (typeof text !== 'string' || text.trim() === ''))
    throw invalid(`${where}.text must not be empty`, text);
  if (text?.includes('\0')) throw invalid(`${where}.text must have no NUL character`, text.slice(0, 40));
  if (text !== undefined && text.length > LONGEST_TEXT) {
    throw new HoplineError(
      'DATASET_TEXT_TOO_LONG',
      `${where}.text must have at most ${LONGEST_TEXT} characters, got ${text.length}`,
      {
        hint: 'shorten the text or remove the row',
      },
    );
  }
  if (image !== undefined && imageType(image) === null) {
    throw new HoplineError(
      'DATASET_PICTURE_INVALID',
      `${where}.image must be PNG, JPEG or WebP, got ${image.length} bytes of something else`,
    );
  }
}

const invalid = (rule: string, got: unknown): HoplineError =>
  new HoplineError('DATASET_ROW_INVALID', `${rule}, got ${JSON.stringify(got)?.slice(0, 100)}`);
