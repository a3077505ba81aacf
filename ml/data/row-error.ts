import { HoplineError } from '../../engine/plan/errors.ts';

export type RowErrorCode =
  | 'DATASET_FOLDER_MISSING'
  | 'DATASET_ROW_INVALID'
  | 'DATASET_ROW_DUPLICATE'
  | 'DATASET_TEXT_TOO_LONG'
  | 'DATASET_LABEL_UNKNOWN'
  | 'DATASET_PICTURE_MISSING'
  | 'DATASET_PICTURE_INVALID'
  | 'DATASET_PARAMS_INVALID';

/** A dataset that can't be read, with the file and line that are to blame: `dev.json:37.sentence must ..., got ...`. */
export class DatasetError extends HoplineError {
  constructor(code: RowErrorCode, where: string, rule: string, got: unknown, hint?: string) {
    const shown =
      typeof got === 'string'
        ? JSON.stringify(got.length > 80 ? `${got.slice(0, 77)}...` : got)
        : String(JSON.stringify(got)).slice(0, 80);
    super(code, `${where} ${rule}, got ${shown}`, hint === undefined ? {} : { hint });
    this.name = 'DatasetError';
  }
}
