import type { RunStatus } from '../operations/run-status.ts';

/** Shows how a run fares, on stderr: results on stdout stay clean. */
export interface ProgressView {
  update(status: RunStatus): void;
  /** Leaves the last state on the screen. */
  end(): void;
}
