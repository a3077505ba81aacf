export interface Sentence {
  text: string;
  input_ids: number[];
  hidden_shape: [number, number];
  hidden_sum: number;
  hidden_abs_sum: number;
  hidden_first: number[];
  hidden_last: number[];
}

/** What the reference library made of the fixture's sentences, and by which files. */
export interface MinilmRefs {
  package: { files: Record<string, { bytes: number; sha256: string }> };
  max_length: number;
  sentences: Sentence[];
}
