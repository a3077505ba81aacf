/** What a metric needs to know of one prediction. */
export interface LabelledPrediction {
  /** The true class. */
  label: string;
  predicted: string;
  /** Such as `explicit`; see `bySlice`. */
  slice?: string;
}
