import pg from 'pg';
import { EVENT_CHANNEL } from './write-events.ts';

export interface EventListener {
  close(): Promise<void>;
}

export interface EventListenerOptions {
  /** Called with the id of a run that has news; null when any may have some, as after a time without a connection. */
  onWake(runId: string | null): void;
  /** Wait before a lost connection is made anew. It grows tenfold while that fails. Milliseconds. Default 1_000. */
  reconnectAfter?: number;
}

const LONGEST_WAIT = 10;

/** A connection of its own that hears when events were written. It only wakes: a reader that looks from time to time needs it for nothing but
 *  its promptness, so whatever is lost here (a connection, a pooler that knows no LISTEN) is lost to nobody. */
export function listenForEvents(databaseUrl: string, options: EventListenerOptions): EventListener {
  const { onWake, reconnectAfter = 1_000 } = options;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let closed = false;

  const connect = async (): Promise<void> => {
    const mine = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'hopline events',
    });
    client = mine;
    let lost = false;
    const again = (): void => {
      if (lost || closed) return;
      lost = true;
      mine.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), reconnectAfter * Math.min(LONGEST_WAIT, ++failures)).unref();
    };
    mine.on('error', again).on('end', again);
    mine.on('notification', ({ payload }) => onWake(payload || null));
    try {
      await mine.connect();
      await mine.query(`LISTEN ${EVENT_CHANNEL}`);
      failures = 0;
      onWake(null);
    } catch {
      again();
    }
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
