/** What a verifying run was asked for, and what was drawn of it. */
export interface VerificationOrder {
  /** Of the run's tasks that have something to compare with, 0 < share <= 1. */
  share: number;
  /** Of the stream that draws them. */
  seed: number;
  /** Once it is drawn: every task whose number of the stream, in [0, 1), is at most this. */
  threshold?: number;
  /** How many tasks that is, and of how many. */
  tasks?: number;
  of?: number;
  /** Tasks that nothing is drawn of, since a model of their nodes is a server's, and those nodes. */
  external?: { tasks: number; nodes: string[] };
}
