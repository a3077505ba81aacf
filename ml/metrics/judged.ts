/** One prediction beside the truth. */
export interface Judged {
  gold: string;
  predicted: string;
  /** `explicit`, `ambiguous` ... */
  slice: string;
  /** What is drawn as one in the bootstrap: rows about the same instance are not independent. */
  unit: string;
}
