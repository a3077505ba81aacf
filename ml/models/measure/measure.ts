/** One number of a models' report. */
export interface Measure {
  /** `t2i.relationShown`. */
  name: string;
  /** `explicit`, `ambiguous` or `all`. */
  slice: string;
  value: number;
  /** Cases it is a share of. */
  n: number;
}

/** The share of cases that hold. 0 of 0 is 0. */
export const share = (name: string, slice: string, cases: readonly boolean[]): Measure => ({
  name,
  slice,
  value: cases.length === 0 ? 0 : cases.filter(Boolean).length / cases.length,
  n: cases.length,
});
