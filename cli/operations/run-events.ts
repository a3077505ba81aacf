import type { JsonObject } from '../../engine/plan/json.ts';
import { operation } from '../client/operation.ts';

export interface RunEvent {
  cursor: string;
  type: string;
  at: string;
  payload: JsonObject;
}

export const runEvents = operation<{ runEvents: RunEvent }, { runId: string; after?: string }>(`
  subscription RunEvents($runId: ID!, $after: EventCursor) { runEvents(runId: $runId, after: $after) { cursor type at payload } }`);
