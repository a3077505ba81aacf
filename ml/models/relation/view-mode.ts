/** Which views a student sees at inference. `text`: none (u = 0). `tda`: test-time augmentation, the mean of the single views' log-
 *  probabilities over real and synthetic ones. */
export const VIEW_MODES = ['text', 'real', 'real+synthetic', 'synthetic', 'tda'] as const;
export type ViewMode = (typeof VIEW_MODES)[number];

export interface ViewSet {
  real: readonly Float32Array[];
  synthetic: readonly Float32Array[];
}

/** The views of a mode, real ones first. */
export function viewsOf(mode: ViewMode, { real, synthetic }: ViewSet): readonly Float32Array[] {
  if (mode === 'text') return [];
  if (mode === 'real') return real;
  if (mode === 'synthetic') return synthetic;
  return [...real, ...synthetic];
}
