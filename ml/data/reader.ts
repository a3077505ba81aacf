import type { JsonObject } from '../../engine/plan/json.ts';

/** Reads one published or procedural dataset into rows. */
export interface DatasetReader {
  /** What `--reader` names. */
  name: string;
  /** One line. */
  description: string;
  /** Rows in a fixed order: the same options and files give the same bytes.
   *  @throws HoplineError `DATASET_*` at the first row that is wrong, with its file and line. */
  read(options: ReadOptions): AsyncIterable<DatasetRow>;
}

export interface ReadOptions {
  /** Folder of the published files. Readers that make their rows ignore it. */
  from?: string;
  /** Draws texts (and scenes). Default 0. */
  seed?: number;
  /** The reader's own; see its file. */
  params?: Record<string, unknown>;
}

export interface DatasetRow {
  /** Stable within the dataset: it doesn't change when other rows come or go. */
  id: string;
  /** Where the dataset itself says so; otherwise `chooseRows` splits by group. */
  part?: 'train' | 'validation' | 'test';
  /** Rows of one group never lie in two parts. */
  group: string;
  text: string;
  /** PNG. */
  image?: Uint8Array;
  meta: RowMeta;
}

/** Plain JSON. Further keys are the reader's own. */
export type RowMeta = JsonObject & {
  head: RowMention;
  tail: RowMention;
  label: string;
  /** Metrics are given for each slice. */
  slice: string;
  /** Rows with the same instance are the same pair and picture, told by different texts. */
  instance: string;
};

export type RowMention = {
  /** As it stands in the text. */
  text: string;
  /** Half-open word offsets in the text split at blanks. */
  span: [number, number];
};
