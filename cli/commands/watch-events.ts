import { once } from 'node:events';
import type { ApiClient } from '../client/api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { followEvents } from '../progress/follow-events.ts';

/** Prints each event of a run as a line of JSON, with its cursor, until the run has ended. False: Ctrl-C ended the watching, and the run
 *  goes on. @param after cursor; default: from the beginning */
export async function watchEvents(
  { print, note, stdout, signal }: CommandContext,
  client: ApiClient,
  runId: string,
  after?: string,
): Promise<boolean> {
  let last = after;
  try {
    for await (const event of followEvents(client, { runId, after, signal })) {
      print(JSON.stringify(event));
      last = event.cursor;
      // A reader that is slow slows us down, and with us the server; nothing piles up.
      if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal });
    }
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    note(`the run goes on: hopline watch ${runId} --json${last ? ` --after ${last}` : ''}`);
    return false;
  }
}
