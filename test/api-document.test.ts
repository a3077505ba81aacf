import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../api/start-server.ts';
import { servicesReport } from '../cli/report/services-report.ts';
import { markdownBlocks } from './document/markdown-blocks.ts';
import { shapeDifference } from './document/shape-difference.ts';
import { type House, startHouse } from './start-house.ts';

/** Everything that docs/api.md shows is asked of a house with the pipeline that it names. */
const blocks = markdownBlocks(readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8'));
const walk = blocks.filter(({ heading }) => heading === 'With nothing but curl');
const questions = [...new Set(blocks.map(({ heading }) => heading))].filter((heading) => heading.endsWith('?'));

const TOKEN = 'a-token-that-only-this-test-knows';
const LONG = 1_200_000;
const hasCurl = spawnSync('curl', ['--version']).status === 0;

let house: House;
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-document-'));
  house = await startHouse({ env: () => ({ HOPLINE_DEVICES: 'cpu:0,cpu:1' }) });
  const env = { ...house.env, HOPLINE_API_PORT: '0', HOPLINE_TOKEN: TOKEN, HOPLINE_LOG_LEVEL: 'silent' };
  server = await startServer(env, () => undefined);
}, LONG);
afterAll(async () => {
  await server?.close();
  await house?.stop();
  rmSync(folder, { recursive: true, force: true });
}, LONG);

interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the page asks for
  data: any;
  errors?: unknown;
}

async function send(query: string, variables: object, accept: string): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', accept };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return response.text();
}

const ask = async (query: string, variables: object = {}): Promise<Answer> =>
  JSON.parse(await send(query, variables, 'application/json')) as Answer;

/** Of a subscription that ends by itself. */
async function lastEvent(query: string, variables: object): Promise<Answer> {
  const told = (await send(query, variables, 'text/event-stream')).match(/^data: .+$/gm);
  return JSON.parse(told!.at(-1)!.slice('data: '.length)) as Answer;
}

/** Runs a script with bash, in the test's folder. Its first lines on the page find the server and its token; here they are given. */
async function bash(script: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const given = script.replace(/^API=.*$/m, `API=${server.url}`).replace(/^TOKEN=.*$/m, `TOKEN=${TOKEN}`);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', given], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes: Buffer) => (output.stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (output.stderr += bytes.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...output };
}

const MARK = '=== block';
const input = (params: object, seed: number, idempotencyKey: string) => ({
  pipeline: 'mi2rage',
  params: { profile: 'tiny', ...params },
  seed,
  idempotencyKey,
});
const launch = async (of: object): Promise<string> => {
  const query = 'mutation ($input: LaunchRunInput!) { launchRun(input: $input) { ... on LaunchRunSuccess { run { runId } } } }';
  return (await ask(query, { input: of })).data.launchRun.run.runId as string;
};

describe('docs/api.md', () => {
  test(
    'the walk with nothing but curl does what it says',
    async (context) => {
      if (!hasCurl) return context.skip('needs curl');
      const scripts = walk.filter(({ language }) => language === 'sh');
      expect(scripts.length).toBeGreaterThan(5);
      const { code, stdout, stderr } = await bash(scripts.map(({ text }) => `${text}echo; echo '${MARK}'`).join('\n'));
      expect([code, stderr], stdout).toEqual([0, '']);
      const outputs = stdout.split(MARK).map((output) => output.trim());
      // What a block prints stands behind it.
      const at = (text: string): number => scripts.findIndex((script) => script.text.includes(text));
      for (const [index, { language, text }] of walk.entries()) {
        const before = walk.slice(0, index).findLast((block) => block.language === 'sh');
        const printed = outputs[scripts.indexOf(before!)]!;
        if (language === 'json')
          expect(shapeDifference(JSON.parse(text), JSON.parse(printed.split('\n').at(-1)!)), text).toBeNull();
      }
      const { runId } = JSON.parse(outputs[at('launchRun')]!).data.launchRun.run as { runId: string };
      const events = outputs[at('tee events.txt')]!;
      expect(events.match(/^id: /gm)!.length).toBeGreaterThan(20);
      expect(events).toMatch(/"type":"run.state".*"payload":\{"to":"SUCCEEDED","from":"RUNNING"\}[\s\S]*event: complete/);
      expect(outputs[at('last-event-id')]!.match(/^id: /gm)).toHaveLength(1);
      const story = JSON.parse(outputs[at('ancestors(first: 10)')]!.split('\n').at(-1)!).data.sample;
      expect(story.decisions).toContainEqual(expect.objectContaining({ node: 'full-selection', kept: true }));
      expect(story.ancestors.edges.at(-1).sample.datasets[0].dataset).toBe('scenes');
      const { whatIf } = JSON.parse(outputs[at('whatIf')]!).data.run;
      expect(whatIf).toMatchObject({ candidates: 96, keptNow: 24 });
      expect(whatIf.keptThen).toBe(24 + whatIf.gainedCount - whatIf.lostCount);
      expect([...readFileSync(join(folder, 'kept.png')).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
      expect((await house.until(runId, ['SUCCEEDED'])).state).toBe('SUCCEEDED');
    },
    LONG,
  );

  test('the address is found in what hopline status prints', () => {
    const [, filter] = /^API=\$\(npx hopline status \| (.*)\)$/m.exec(walk[0]!.text)!;
    const addresses = { apiUrl: server.url, databaseUrl: house.services.databaseUrl!, temporalAddress: '127.0.0.1:7233' };
    const rest = { home: folder, temporalNamespace: 'default', storeUrl: 'file:///s', devices: 'cpu', apiPort: 1, token: TOKEN };
    const printed = `up\n${servicesReport({ ...addresses, ...rest }, false)}\n\napi       running  29024         0\n`;
    expect(spawnSync('bash', ['-c', filter!], { input: printed }).stdout.toString()).toBe(`${server.url}\n`);
  });

  describe('the ten questions', () => {
    const variables: Record<string, unknown> = {};

    beforeAll(async () => {
      const first = input({}, 1, 'my-first-run');
      const runId = await launch(first);
      const other = await launch(input({ selection: { keep: 2 } }, 1, 'keeps-two'));
      const stopped = await launch(input({}, 3, 'stopped'));
      // Of a run that was stopped before it had a plan a resume has no nodes to tell.
      await house.until(stopped, ['RUNNING'], 900);
      await ask('mutation ($id: ID!) { cancelRun(runId: $id, reason: "enough") { __typename } }', { id: stopped });
      await house.until(runId, ['SUCCEEDED'], 900);
      await house.until(other, ['SUCCEEDED'], 900);
      await house.until(stopped, ['CANCELLED'], 900);
      const keyOf = async (filter: object): Promise<string> => {
        const query = 'query ($filter: SampleFilter!) { samples(filter: $filter, first: 1) { edges { node { key } } } }';
        return (await ask(query, { filter: { runId, ...filter } })).data.samples.edges[0].node.key;
      };
      const key = await keyOf({ node: 'full-selection', kept: true });
      const deep = await keyOf({ node: 'images-2' });
      Object.assign(variables, { input: first, ids: [runId, other], runId, other, stopped, key, deep });
    }, LONG);

    test('are ten', () => expect(questions).toHaveLength(10));

    test.each(questions)(
      '%s',
      async (heading) => {
        const [query, answer, ...more] = blocks.filter((block) => block.heading === heading);
        expect([query!.language, answer!.language, more]).toEqual(['graphql', 'json', []]);
        const named = [...query!.text.matchAll(/\$(\w+):/g)].map(([, name]) => [name!, variables[name!]]);
        const asked = Object.fromEntries(named);
        const isSubscription = query!.text.startsWith('subscription');
        const actual = isSubscription ? await lastEvent(query!.text, asked) : await ask(query!.text, asked);
        expect(actual.errors).toBeUndefined();
        expect(shapeDifference(JSON.parse(answer!.text), actual), JSON.stringify(actual)).toBeNull();
      },
      LONG,
    );
  });
});
