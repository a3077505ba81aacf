import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askSchema } from '../api/testing/ask-schema.ts';
import { countStatements } from '../api/testing/count-statements.ts';
import type { Reader } from '../engine/plan/project.ts';
import { launchRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { registerModel } from '../engine/runs/register-model.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'toy-project');
const ROWS = 12;
const rows: Reader = {
  name: 'inline',
  description: 'texts of a test',
  async *read() {
    for (let index = 0; index < ROWS; index++)
      yield {
        id: `row-${index}`,
        group: `row-${index}`,
        text: `text number ${index}`,
        meta: { label: index % 2 ? 'odd' : 'even' },
      };
  },
};

let house: House;
let runId: string;
let otherId: string;
let ask: ReturnType<typeof askSchema>;

/** The data of a question; errors fail the test. */
async function dataOf(query: string, variables: Record<string, unknown> = {}) {
  const answer = await ask(query, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data;
}
const codeOf = async (query: string, variables: Record<string, unknown> = {}) =>
  (await ask(query, variables)).errors?.[0]?.extensions?.code;

beforeAll(async () => {
  house = await startHouse({ project, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
  await registerDataset(house.services, { name: 'toy', reader: rows });
  const params = { poison: 'number 7', maxFailures: 0.2 };
  const run = await launchRun(house.services, { pipeline: 'toy', seed: 1, params, labels: { team: 'a' } });
  await house.until(run.id, ['SUCCEEDED']);
  const other = await launchRun(house.services, { pipeline: 'toy', seed: 1, params: { ...params, keep: 5, word: 'or' } });
  await house.until(other.id, ['SUCCEEDED']);
  [runId, otherId] = [run.id, other.id];
  ask = askSchema(house.services);
});
afterAll(() => house?.stop());

describe('samples', () => {
  const samples = `query ($filter: SampleFilter!, $first: Int, $after: String) { samples(filter: $filter, first: $first, after: $after) {
    edges { cursor node { key text hop chain depth failed rootKey } } pageInfo { hasNextPage endCursor } } }`;

  /** All pages of a filter. */
  async function all(filter: Record<string, unknown>, first = 5) {
    const found: { key: string; text: string | null; hop: number; chain: number; failed: string | null; rootKey: string }[] = [];
    for (let after: string | null = null; ; ) {
      const { samples: page } = await dataOf(samples, { filter, first, after });
      expect(page.edges.length).toBeLessThanOrEqual(first);
      found.push(...page.edges.map((edge: { node: (typeof found)[number] }) => edge.node));
      if (!page.pageInfo.hasNextPage) return found;
      after = page.pageInfo.endCursor;
    }
  }

  test('are those of a run, of a node, of a scorer, or of a selection, each once, page by page', async () => {
    const whole = await all({ runId });
    expect(whole).toHaveLength(ROWS + 24 + 24);
    expect(new Set(whole.map((sample) => sample.key)).size).toBe(whole.length);
    expect(await all({ runId, node: 'first' })).toHaveLength(24);
    expect(await all({ runId, node: 'scores' })).toHaveLength(48);
    expect(await all({ runId, node: 'keep' })).toHaveLength(44);
    expect(await all({ runId, node: 'keep', kept: true })).toHaveLength(3);
    expect(await all({ runId, node: 'keep', kept: false })).toHaveLength(41);
  });

  test('are narrowed down by place, modality, label, decision, score, words and failure, in any combination', async () => {
    expect((await all({ runId, hop: 2 })).every((sample) => sample.hop === 2)).toBe(true);
    expect(await all({ runId, hop: 1, chain: 1 })).toHaveLength(12);
    expect(await all({ runId, modality: 'IMAGE' })).toEqual([]);
    const even = await all({ runId, node: 'first', label: 'even' });
    expect(even).toHaveLength(12);
    expect(even.every((sample) => /number \d*[02468] /.test(sample.text!))).toBe(true);
    expect(await all({ runId, node: 'first', failed: true })).toHaveLength(2);
    expect(await all({ failed: true, label: 'odd' })).toHaveLength(8);
    expect(await all({ runId, kept: true })).toHaveLength(3);
    const kept = new Set((await all({ runId, node: 'keep', kept: true })).map((sample) => sample.key));
    expect(await all({ runId, kept: true, hop: 1, text: 'number' })).toSatisfy((list: { key: string }[]) =>
      list.every((sample) => kept.has(sample.key)),
    );
    expect(await all({ runId, text: '"number 3" and' })).toHaveLength(4);
    expect(await all({ text: '"number 3" -and -or' })).toHaveLength(1);
    const low = await all({ runId, node: 'keep', score: { max: 0.3, node: 'scores' } });
    const high = await all({ runId, node: 'keep', score: { min: 0.3 } });
    expect(low.length + high.length).toBe(44);
    expect(await all({ runId, node: 'keep', score: { max: 0.3, teacher: '0'.repeat(64) } })).toEqual([]);
  });

  test('are refused where no index would answer, with what to add; a cursor of another filter too', async () => {
    const ofFilter = (filter: Record<string, unknown>) => codeOf(samples, { filter });
    expect(await ofFilter({})).toBe('SAMPLE_FILTER_TOO_WIDE');
    expect(await ofFilter({ label: 'odd', hop: 1 })).toBe('SAMPLE_FILTER_TOO_WIDE');
    expect(await ofFilter({ node: 'first' })).toBe('SAMPLE_FILTER_TOO_WIDE');
    expect(await ofFilter({ runId, node: 'nope' })).toBe('NODE_NOT_FOUND');
    expect(await ofFilter({ runId, node: 'judge' })).toBe('SAMPLE_FILTER_INVALID');
    expect(await ofFilter({ runId: 'nope' })).toBe('RUN_NOT_FOUND');
    expect(await ofFilter({ runId, score: { min: 2, max: 1 } })).toBe('SAMPLE_FILTER_INVALID');
    const { samples: page } = await dataOf(samples, { filter: { runId }, first: 2 });
    const after = page.pageInfo.endCursor;
    expect(await codeOf(samples, { filter: { runId, hop: 1 }, after })).toBe('CURSOR_INVALID');
    expect(await codeOf('query ($after: String) { runs(after: $after) { edges { cursor } } }', { after })).toBe('CURSOR_INVALID');
    expect(await codeOf(samples, { filter: { runId }, first: -1 })).toBe('PAGE_INVALID');
  });

  test('of another project are as unknown as those that are not there', async () => {
    await house.services.db.query(`INSERT INTO project (name) VALUES ('elsewhere') ON CONFLICT DO NOTHING`);
    const [elsewhere] = await house.services.db.query<{ id: number }>(`SELECT id FROM project WHERE name = 'elsewhere'`);
    const foreign = askSchema(house.services, elsewhere!.id);
    const [sample] = await all({ runId, node: 'keep', kept: true });
    const answer = await foreign(
      `query ($key: Digest!, $runId: ID!) { sample(key: $key) { key } run(id: $runId) { seed } runs { edges { cursor } } samples(filter: { text: "number" }) { edges { cursor } } }`,
      { key: sample!.key, runId },
    );
    expect(answer).toEqual({ data: { sample: null, run: null, runs: { edges: [] }, samples: { edges: [] } } });
  });
});

test('a sample tells how it was made, where it stands among its scores, why it was kept, and what it trained', async () => {
  const { samples } = await dataOf(
    `query ($runId: ID!) { samples(filter: { runId: $runId, node: "keep", kept: true }, first: 1) { edges { node {
      seed contentDigest retracted { reason }
      derivation { real step task worker device startedAt seconds run { runId } }
      scores { loss rank rankedAmong teacher source node }
      decisions { node kept rank reason }
      trained(first: 2) { edges { node { node epoch } } pageInfo { hasNextPage } }
      runs { edges { node { runId } } totalCount }
      ancestors { edges { depth role sample { hop derivation { real step params seconds run { runId } } seed } } }
    } } } }`,
    { runId },
  );
  const { node } = samples.edges[0];
  expect(node.seed).toMatch(/^[0-9a-f]{64}$/);
  expect(node.derivation).toMatchObject({
    real: false,
    step: 'toy-rewrite@1',
    run: { runId },
    task: expect.stringMatching(/^\d+$/),
  });
  expect(node.scores).toEqual([
    {
      loss: expect.any(Number),
      rank: 0,
      rankedAmong: 4,
      teacher: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: null,
      node: 'scores',
    },
  ]);
  expect(node.decisions).toContainEqual(
    expect.objectContaining({ node: 'keep', kept: true, reason: expect.stringContaining('keep 3') }),
  );
  expect(node.retracted).toBeNull();
  const root = node.ancestors.edges.at(-1);
  expect(root).toMatchObject({ role: 'text', sample: { hop: 0, seed: '', derivation: { real: true, run: null } } });
  expect(root.sample.derivation.step).toMatch(/^toy@/);
});

test('the rank of a score is its place among those of its real sample', async () => {
  const { samples } = await dataOf(
    `query ($runId: ID!) { samples(filter: { runId: $runId, node: "scores" }, first: 100) { edges { node { rootKey scores { loss rank rankedAmong } } } } }`,
    { runId },
  );
  const byRoot = new Map<string, { loss: number | null; rank: number | null; rankedAmong: number | null }[]>();
  for (const { node } of samples.edges) byRoot.set(node.rootKey, [...(byRoot.get(node.rootKey) ?? []), node.scores[0]]);
  expect(byRoot.size).toBe(ROWS);
  for (const own of byRoot.values()) {
    for (const score of own) {
      if (score.loss === null) continue;
      expect(score.rankedAmong).toBe(own.length);
      expect(score.rank).toBe(own.filter((other) => other.loss! < score.loss!).length);
    }
  }
});

describe('whatIf', () => {
  const whatIf = `query ($runId: ID!, $node: String!, $rule: SelectionRuleInput!) { run(id: $runId) { whatIf(node: $node, rule: $rule) {
    candidates keptNow keptThen gainedCount lostCount
    groups { label hop candidates keptNow keptThen gained lost }
    gained(first: 100) { edges { loss node { key scores { loss } } } totalCount } lost(first: 100) { edges { node { key } } } } } }`;
  const of = async (rule: Record<string, unknown>, node = 'keep') => (await dataOf(whatIf, { runId, node, rule })).run.whatIf;

  test('says what the step itself would keep with other params: what a run with them keeps', async () => {
    const answer = await of({ params: { keep: 5 } });
    expect(answer).toMatchObject({ candidates: 44, keptNow: 3, keptThen: 5, gainedCount: 2, lostCount: 0 });
    expect(answer.gained.totalCount).toBe(2);
    const again = await launchRun(house.services, {
      pipeline: 'toy',
      seed: 1,
      params: { poison: 'number 7', maxFailures: 0.2, keep: 5 },
    });
    await house.until(again.id, ['SUCCEEDED']);
    const { samples } = await dataOf(
      `query ($runId: ID!) { samples(filter: { runId: $runId, node: "keep", kept: true }) { edges { node { key } } } }`,
      { runId: again.id },
    );
    const kept = samples.edges.map((edge: { node: { key: string } }) => edge.node.key);
    for (const { node, loss } of answer.gained.edges) {
      expect(kept).toContain(node.key);
      expect(node.scores.map((score: { loss: number }) => score.loss)).toContain(loss);
    }
  });

  test('by share, threshold, count or share of each instance, by chance, and of the worst', async () => {
    const losses: number[] = (
      await house.services.db.query<{ loss: number }>(
        `SELECT c.loss FROM node n JOIN node_score m ON m.node_id = n.id JOIN score c ON c.id = m.score_id
          WHERE n.run_id = $1 AND c.loss IS NOT NULL ORDER BY c.loss`,
        [runId],
      )
    ).map((row) => row.loss);
    expect(await of({ share: 0.25 })).toMatchObject({ keptThen: 11, gainedCount: 8, lostCount: 0 });
    expect(await of({ share: 0.25, worst: true })).toMatchObject({ keptThen: 11, lostCount: 3 });
    expect(await of({ threshold: 0.5 })).toMatchObject({ keptThen: losses.filter((loss) => loss <= 0.5).length });
    const each = await of({ keepPerInstance: 1 });
    expect(each).toMatchObject({ keptThen: 11 });
    expect(await of({ sharePerInstance: 0.5 })).toMatchObject({ keptThen: 22 });
    expect(await of({ randomSeed: 7 })).toMatchObject({ keptNow: 3, keptThen: 3 });
    expect(await of({ scores: 'scores' })).toMatchObject({ keptThen: 3, gainedCount: 0, lostCount: 0 });
    const sum = (field: string) => each.groups.reduce((total: number, group: Record<string, number>) => total + group[field]!, 0);
    for (const field of ['candidates', 'keptNow', 'keptThen']) expect(sum(field)).toBe(each[field]);
    expect(new Set(each.groups.map((group: { label: string }) => group.label))).toEqual(new Set(['even', 'odd']));
    const gained = each.gained.edges.map((edge: { node: { scores: { loss: number }[] } }) => edge.node.scores[0]!.loss);
    expect(gained).toEqual([...gained].sort((a, b) => a - b));
  });

  test('names what can not be asked', async () => {
    const of = (rule: Record<string, unknown>, node = 'keep') => codeOf(whatIf, { runId, node, rule });
    expect(await of({})).toBe('WHAT_IF_RULE_INVALID');
    expect(await of({ share: 0.5, threshold: 1 })).toBe('WHAT_IF_RULE_INVALID');
    expect(await of({ share: 2 })).toBe('WHAT_IF_RULE_INVALID');
    expect(await of({ params: { keep: 'x' } })).toBe('PARAMS_INVALID');
    expect(await of({ share: 0.5 }, 'nope')).toBe('NODE_NOT_FOUND');
    expect(await of({ share: 0.5 }, 'first')).toBe('WHAT_IF_NODE_INVALID');
    expect(await of({ scores: 'first' })).toBe('WHAT_IF_NO_SCORES');
  });
});

test('runs side by side: params, plan, metrics, samples', async () => {
  const query = `query ($ids: [ID!]!) { compareRuns(ids: $ids) { runs { runId } seeds codeRevisions params { path values }
    nodes { name same keys differences items { counts shared only } } metrics { node name values } } }`;
  const { compareRuns } = await dataOf(query, { ids: [runId, otherId] });
  expect(compareRuns.params).toEqual([
    { path: 'keep', values: [3, 5] },
    { path: 'word', values: ['and', 'or'] },
  ]);
  const node = (name: string) => compareRuns.nodes.find((each: { name: string }) => each.name === name);
  expect(node('texts')).toMatchObject({ same: true, items: { counts: [ROWS, ROWS], shared: ROWS, only: [0, 0] } });
  expect(node('first')).toMatchObject({
    same: false,
    differences: ['params.word "and" -> "or"'],
    items: { counts: [24, 24], shared: 0, only: [24, 24] },
  });
  expect(node('second')).toMatchObject({ differences: ['input first changed'] });
  expect(compareRuns.metrics).toEqual([{ node: 'count', name: 'kept', values: [3, 5] }]);
  expect(await codeOf(query, { ids: [runId] })).toBe('COMPARE_INVALID');
  expect(await codeOf(query, { ids: [runId, runId] })).toBe('COMPARE_INVALID');
  expect(await codeOf(query, { ids: [runId, 'nope'] })).toBe('RUN_NOT_FOUND');
  expect(await codeOf(query, { ids: Array.from({ length: 11 }, (_, index) => `r${index}`) })).toBe('COMPARE_INVALID');
});

test('drift tells by hop how far texts have come from the real ones', async () => {
  const { run } = await dataOf(
    `query ($id: ID!) { run(id: $id) { drift { hop modality samples sampled distanceToRoot diversity information { node scores meanLoss bits } } } }`,
    { id: runId },
  );
  const [one, two] = run.drift;
  expect(one).toMatchObject({
    hop: 1,
    modality: 'TEXT',
    samples: 24,
    sampled: 22,
    information: [{ node: 'scores', scores: 22, bits: null }],
  });
  expect(two).toMatchObject({ hop: 2, sampled: 22 });
  expect(one.distanceToRoot).toBeGreaterThan(0.2);
  expect(two.distanceToRoot).toBeGreaterThan(one.distanceToRoot);
});

test('curves have a point an epoch, progress and failures count', async () => {
  const { run } = await dataOf(
    `query ($id: ID!) { run(id: $id) { progress { total done failed deviceSeconds } curves { node name points { epoch value } }
      failures { edges { node { node count example } } totalCount } tasks(node: "first", first: 2) { edges { node { state } } totalCount pageInfo { hasNextPage } } } }`,
    { id: runId },
  );
  expect(run.curves).toEqual([
    { node: 'judge', name: 'loss', points: [0, 1, 2].map((epoch) => ({ epoch, value: 1 / (epoch + 1) })) },
  ]);
  expect(run.failures.totalCount).toBeGreaterThan(0);
  expect(run.failures.edges.map((edge: { node: unknown }) => edge.node)).toContainEqual(
    expect.objectContaining({ node: 'first', count: 2 }),
  );
  expect(run.tasks).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: true } });
});

test('impact of a sample, a dataset and a prompt: counted and paged, each thing once', async () => {
  const query = `query ($of: ImpactInput!, $first: Int, $after: String) { impact(of: $of, first: $first, after: $after) {
    counts { samples runs truncated } edges { node { kind sample { key } checkpoint { key } metric { name run { runId } } run { runId } } } pageInfo { hasNextPage endCursor } } }`;
  const things = async (of: Record<string, unknown>) => {
    const found: { kind: string }[] = [];
    for (let after: string | null = null; ; ) {
      const { impact } = await dataOf(query, { of, first: 7, after });
      found.push(...impact.edges.map((edge: { node: { kind: string } }) => edge.node));
      if (!impact.pageInfo.hasNextPage) return { counts: impact.counts, found };
      after = impact.pageInfo.endCursor;
    }
  };
  const prompt = await things({ prompt: 'text number 3' });
  const [root] = await house.services.db.query<{ key: string }>(`SELECT key FROM sample WHERE text = 'text number 3'`);
  const sample = await things({ sample: root!.key });
  expect(sample.counts.samples).toBe(8);
  expect(prompt.counts.samples).toBe(9);
  expect(new Set(sample.found.map((thing) => JSON.stringify(thing))).size).toBe(sample.found.length);
  expect(sample.found.filter((thing) => thing.kind === 'SAMPLE')).toHaveLength(8);
  expect(sample.found.map((thing) => thing.kind)).toContain('METRIC');
  expect(sample.found).toContainEqual(expect.objectContaining({ kind: 'RUN', run: { runId } }));
  const [dataset] = await house.services.db.query<{ digest: string }>(`SELECT digest FROM dataset WHERE name = 'toy'`);
  expect((await things({ dataset: dataset!.digest })).counts).toMatchObject({ samples: ROWS * 9, truncated: false });
  expect(await codeOf(query, { of: {} })).toBe('IMPACT_INVALID');
  expect(await codeOf(query, { of: { sample: 'f'.repeat(64) } })).toBe('SAMPLE_NOT_FOUND');
});

test('runs are found by label, state, time and beginning, in either order, and counted when asked', async () => {
  const query = `query ($filter: RunFilter, $orderBy: RunOrder) { runs(filter: $filter, orderBy: $orderBy) { edges { node { runId } } totalCount } }`;
  const of = async (filter: Record<string, unknown>, orderBy = 'NEWEST') => {
    const { runs } = await dataOf(query, { filter, orderBy });
    expect(runs.totalCount).toBe(runs.edges.length);
    return runs.edges.map((edge: { node: { runId: string } }) => edge.node.runId);
  };
  expect(await of({ labels: [{ name: 'team', value: 'a' }] })).toEqual([runId]);
  expect(await of({ prefix: runId.slice(0, -1), states: ['SUCCEEDED'] })).toContain(runId);
  expect(await of({ prefix: 'to' })).toEqual((await of({}, 'OLDEST')).reverse());
  expect(await of({ createdBefore: '2000-01-01T00:00:00Z' })).toEqual([]);
  expect(await of({ pipeline: 'nope' })).toEqual([]);
  expect(await of({ verifying: true })).toEqual([]);
  expect(await of({ verifying: false })).toEqual(await of({}));
});

test('datasets, samples and runs are nodes', async () => {
  const { datasets, run } = await dataOf(
    'query ($id: ID!) { datasets { edges { node { id name } } totalCount } run(id: $id) { id } }',
    { id: runId },
  );
  expect(datasets).toMatchObject({ totalCount: 1, edges: [{ node: { name: 'toy' } }] });
  const { a, b, none } = await dataOf(
    'query ($a: ID!, $b: ID!, $none: ID!) { a: node(id: $a) { id __typename } b: node(id: $b) { id __typename } none: node(id: $none) { id } }',
    { a: datasets.edges[0].node.id, b: run.id, none: Buffer.from('Dataset:nope').toString('base64') },
  );
  expect([a.__typename, b.__typename, none]).toEqual(['Dataset', 'Run', null]);
});

test('a page costs as many statements as a single row', async () => {
  const db = countStatements(house.services.db);
  const counted = askSchema({ ...house.services, db });
  const statementsOf = async (query: string, first: number): Promise<number> => {
    const answer = await counted(query, { first, runId });
    expect(answer.errors).toBeUndefined();
    return db.taken().length;
  };
  const sample = `key derivation { step run { runId } inputs { key } } datasets { dataset } parents { role sample { text } }
    ancestors { edges { sample { text derivation { real run { runId } } } } } descendants { edges { sample { key } } }
    scores { loss rank run { runId } } decisions { node run { runId } } retracted { reason }
    trained { edges { node { epoch run { runId } } } } predictions { edges { node { label } } } runs { edges { node { runId state } } }`;
  const run = `runId parent { runId } root { runId } progress { total etaSeconds } nodes { name modality decided kept result }
    tasks { edges { node { state } } } metrics { value run { runId } } curves { points { value } } failures { edges { node { count remedy } } }
    executions { number } attemptCounts { node }`;
  for (const query of [
    `query ($runId: ID!, $first: Int) { samples(filter: { runId: $runId, node: "first" }, first: $first) { edges { node { ${sample} } } } }`,
    `query ($runId: ID!, $first: Int) { runs(first: $first) { edges { node { ${run} } } } run(id: $runId) { runId } }`,
  ]) {
    const one = await statementsOf(query, 1);
    expect(await statementsOf(query, 20)).toBeLessThanOrEqual(one + 1);
    expect(one).toBeLessThan(30);
  }
});

describe('mi2rage', () => {
  let tiny: string;

  beforeAll(async () => {
    const { services } = house;
    await registerDataset(services, { name: 'scenes', reader: services.project.readers.get('scenes')! });
    const { adapters } = services.project;
    for (const model of services.project.models) await registerModel({ ...services, adapters }, { ...model, from: model.folder });
    const run = await launchRun(services, { pipeline: 'mi2rage', params: { profile: 'tiny' }, seed: 1 });
    await house.until(run.id, ['SUCCEEDED'], 900);
    tiny = run.id;
  }, 1_200_000);

  test('another share, rule or count is answered by the selection that the pipeline declares', async () => {
    const query = `query ($id: ID!, $node: String!, $rule: SelectionRuleInput!) { run(id: $id) { whatIf(node: $node, rule: $rule) {
      candidates keptNow keptThen lostCount groups { label hop keptThen } } } }`;
    const of = async (rule: Record<string, unknown>, node = 'full-selection') =>
      (await dataOf(query, { id: tiny, node, rule })).run.whatIf;
    expect(await of({ params: { keepShare: 0.5 } })).toMatchObject({ candidates: 96, keptNow: 24, keptThen: 48, lostCount: 0 });
    expect(await of({ params: { keep: 3 } })).toEqual(await of({ keepPerInstance: 3 }));
    expect(await of({ params: { rule: 'worst' } })).toEqual(await of({ keepPerInstance: 1, worst: true }));
    expect(await of({ params: {} })).toMatchObject({ keptThen: 24, lostCount: 0 });
    expect(await of({ params: { keep: 2 } }, 'random-selection')).toMatchObject({ candidates: 96, keptNow: 24, keptThen: 48 });
    expect(await of({ keepPerInstance: 1, scores: 'teacher-scores' }, 'random-selection')).toMatchObject({ keptThen: 24 });
    expect(await codeOf(query, { id: tiny, node: 'random-selection', rule: { share: 0.5 } })).toBe('WHAT_IF_NO_SCORES');
  });

  test('scores know their teacher and where its loss came from; drift what is left of the label', async () => {
    const { samples, run } = await dataOf(
      `query ($id: ID!) { samples(filter: { runId: $id, node: "full-selection", kept: true, modality: IMAGE }, first: 3) { edges { node {
          scores { node source rank rankedAmong teacher } } } }
        run(id: $id) { drift { hop modality distanceToRoot information { node accuracy bits } } } }`,
      { id: tiny },
    );
    expect(samples.edges).toHaveLength(3);
    for (const { node } of samples.edges)
      expect(node.scores).toContainEqual(
        expect.objectContaining({
          node: 'teacher-scores',
          source: 'train',
          rank: 0,
          rankedAmong: 4,
          teacher: expect.any(String),
        }),
      );
    const scored = run.drift.filter((hop: { information: unknown[] }) => hop.information.length > 0);
    expect(scored.map((hop: { hop: number; modality: string }) => [hop.hop, hop.modality])).toEqual(
      expect.arrayContaining([
        [1, 'IMAGE'],
        [3, 'IMAGE'],
      ]),
    );
    for (const { information } of scored)
      for (const { accuracy, bits } of information) {
        expect(accuracy).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThan(3);
      }
  });

  test('impact of a model is what it made, and what rests on that', async () => {
    const [model] = await house.services.db.query<{ digest: string }>(`SELECT digest FROM model WHERE name = 'tiny-t2i'`);
    const { impact } = await dataOf(
      `query ($digest: Digest!) { impact(of: { model: $digest }, first: 1) { counts { samples checkpoints { node } metrics { node } runs } } }`,
      { digest: model!.digest },
    );
    expect(impact.counts.samples).toBeGreaterThanOrEqual(96);
    expect(impact.counts.runs).toEqual([tiny]);
    expect(impact.counts.checkpoints.map((use: { node: string }) => use.node)).toContain('full-student');
  });
});
