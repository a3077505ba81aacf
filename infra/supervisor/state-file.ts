import type { ProcessIdentity } from '../../engine/recovery/process-identity.ts';
import { readJson, removeFile, writeJson } from '../process/atomic-file.ts';
import type { ProcessStatus, Services } from './services.ts';

/** `<home>/run/state.json`: what the supervisor last wrote down about itself. Readable by the owner only: it holds the token. */
export interface SupervisorState {
  phase: 'starting' | 'ready' | 'stopping';
  supervisor: ProcessIdentity;
  /** ISO 8601. */
  since: string;
  /** There once everything is ready. */
  services?: Services;
  processes: ProcessStatus[];
}

const statePath = (home: string): string => `${home}/run/state.json`;

export const readState = (home: string): SupervisorState | undefined => readJson<SupervisorState>(statePath(home));
export const writeState = (home: string, state: SupervisorState): void => writeJson(statePath(home), state);
export const removeState = (home: string): void => removeFile(statePath(home));
