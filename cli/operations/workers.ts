import { operation } from '../client/operation.ts';

export interface Worker {
  name: string;
  host: string;
  pid: number;
  devices: string[];
  resources: string[];
  buildId: string;
  startedAt: string;
  seenAt: string;
  inHand: { activity: string; workflowId: string; startedAt: string }[];
}

export const workers = operation<{ workers: Worker[] }, Record<string, never>>(`
  query Workers { workers { name host pid devices resources buildId startedAt seenAt inHand { activity workflowId startedAt } } }`);
