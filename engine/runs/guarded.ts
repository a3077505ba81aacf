import type { Client } from '@temporalio/client';

/** Runs work with a Temporal client. @throws TEMPORAL_UNREACHABLE where the server does not answer */
export type Guarded = <T>(work: (client: Client) => Promise<T>) => Promise<T>;

/** gRPC's code. */
const NOT_FOUND = 5;

/** Whether a call to the service itself found nothing: the SDK's own errors have classes of their own. */
export const isNotFound = (error: unknown): boolean => (error as { code?: number }).code === NOT_FOUND;
