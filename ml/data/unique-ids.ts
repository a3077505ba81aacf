import { DatasetError } from './row-error.ts';

/** Remembers ids and where they stood. */
export class UniqueIds {
  readonly #seen = new Map<string, string>();

  /** @throws DATASET_ROW_DUPLICATE, naming both places */
  add(id: string, where: string, field: string): void {
    const first = this.#seen.get(id);
    if (first)
      throw new DatasetError(
        'DATASET_ROW_DUPLICATE',
        `${where}.${field}`,
        `must be unique (also at ${first})`,
        id,
        'remove one of the rows',
      );
    this.#seen.set(id, where);
  }
}
