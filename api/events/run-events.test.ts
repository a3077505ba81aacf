import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../../engine/lineage/fixtures/use-database.ts';
import { createToken, setRunState } from '../../engine/lineage/index.ts';
import { writeEvents } from '../../engine/lineage/write-events.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type ApiInstance, startApiInstance } from './fixtures/api-instance.ts';
import { followEvents } from './fixtures/follow-events.ts';

describe('runEvents over HTTP', () => {
  const database = useDatabase(startEmbedded);
  let api: ApiInstance;
  let runId: string;
  beforeAll(async () => {
    api = await startApiInstance(database.url, { token: 'secret' });
    ({ runId } = await plannedRun(database.db, { name: 'http' }));
  });
  afterAll(() => api?.kill());

  const token = 'secret';
  /** Connections that wake feeds: there is one while a feed is open. */
  const listening = async (): Promise<number> =>
    (await database.db.query(`SELECT FROM pg_stat_activity WHERE application_name = 'hopline events'`)).length;
  const nobodyListens = async (): Promise<void> => {
    while ((await listening()) > 0) await sleep(20);
  };

  test('a client that goes leaves nothing behind', async () => {
    const follower = followEvents(api.url, { runId, token });
    while (follower.events.length < 4 || (await listening()) === 0) await sleep(20);
    follower.request.destroy();
    await nobodyListens();
  });

  test('a client that takes no event stream is refused, and leaves nothing behind', async () => {
    const query = `subscription { runEvents(runId: "${runId}") { cursor } }`;
    const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect(answer.status).toBe(406);
    await nobodyListens();
  });

  test.each([
    ['an unknown run', { runId: 'nothing' }, 'RUN_NOT_FOUND'],
    ['a cursor that is none', { after: '1; DROP TABLE event' }, 'CURSOR_INVALID'],
    ['a cursor that was made up', { lastEventId: 'A'.repeat(30) }, 'CURSOR_INVALID'],
    ['no token', { token: '' }, 'cut'],
  ])('%s is refused by name', async (_what, change, code) => {
    const { ended } = followEvents(api.url, { runId, token, ...change });
    expect(await ended).toEqual(code === 'cut' ? 'cut' : { code });
  });

  test('a token of another project finds no such run, one of its own follows it', async () => {
    const own = await createToken(database.db, { name: 'own', scope: 'read', project: 'default' });
    const other = await createToken(database.db, { name: 'other', scope: 'read', project: 'elsewhere' });
    expect(await followEvents(api.url, { runId, token: other.secret }).ended).toEqual({ code: 'RUN_NOT_FOUND' });
    const follower = followEvents(api.url, { runId, token: own.secret });
    while (follower.events.length < 4) await sleep(20);
    follower.request.destroy();
  });

  test('who subscribes with the cursor of the run itself is told what came since, and nothing of before', async () => {
    const query = `{ run(id: "${runId}") { eventCursor } }`;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const { data } = (await answer.json()) as { data: { run: { eventCursor: string } } };
    await database.db.transaction((tx) => writeEvents(tx, [{ runId, type: 'run.labelled', payload: { labels: {} } }]));
    const follower = followEvents(api.url, { runId, token, after: data.run.eventCursor });
    while (follower.events.length < 1) await sleep(20);
    expect(follower.events.map(({ type }) => type)).toEqual(['run.labelled']);
    follower.request.destroy();
  });

  test('a type that there is none of is refused: nobody waits for what never comes', async () => {
    const query = `subscription { runEvents(runId: "${runId}", types: ["run.state", "run.stat"]) { cursor } }`;
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` };
    const answer = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect(await answer.text()).toMatch(/among run.created, .*, got \\"run.stat\\".*"code":"EVENT_TYPE_UNKNOWN"/);
  });

  test('a browser that comes back with its last id goes on behind it, whatever its address says', async () => {
    await setRunState(database.db, runId, 'CANCELLED');
    const told = followEvents(api.url, { runId, token });
    expect(await told.ended).toBe('complete');
    const query = 'subscription ($runId: ID!) { runEvents(runId: $runId) { cursor type } }';
    const address = new URL('/graphql', api.url);
    address.search = String(new URLSearchParams({ query, variables: JSON.stringify({ runId }) }));
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}`, 'last-event-id': told.events[2]!.id };
    const body = await (await fetch(address, { headers })).text();
    expect([...body.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(told.events.slice(3).map(({ cursor }) => cursor));
    expect(body).toMatch(/event: complete\ndata:\n\n$/);
  });
});
