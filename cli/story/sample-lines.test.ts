import { expect, test } from 'vitest';
import { encodePng } from '../../ml/data/png.ts';
import type { Sample } from '../operations/lineage.ts';
import { drawTree } from '../terminal/tree.ts';
import { visibleLength, withoutColours } from '../terminal/visible-length.ts';
import { type Drawing, drawPicture } from './draw-picture.ts';
import { aSample } from './fixtures/a-sample.ts';
import { descentTree } from './origin-tree.ts';
import { sampleLines } from './sample-lines.ts';

const lines = (sample: Sample, columns = 100): string[] =>
  sampleLines(sample, { pictures: new Map(), columns }).map(withoutColours);
const run = { runId: 'r1' };
const made = {
  real: false,
  step: 'draw@2',
  models: { generator: 'f'.repeat(64) },
  node: 'images',
  device: 'cpu:0',
  seconds: 1,
  receipt: null,
  run,
};

test('a real sample names its rows, a made one its step, models, seed and run', () => {
  const row = { dataset: 'scenes', index: 3, rowId: 'train-3', part: 'train' };
  expect(lines(aSample('a', { datasets: [row] }))[1]).toBe('real: dataset scenes, row train-3 (train)');
  expect(lines(aSample('a', { derivation: made, seed: 'e'.repeat(64), depth: 1, hop: 2 }))[1]).toBe(
    'made by draw@2, generator ffffffffffff, seed eeeeeeeeeeee, chain 0, depth 1, hop 2, run r1 on cpu:0',
  );
});

test('what a server was paid for a sample stands below how it was made, with its own words', () => {
  const receipt = { requests: 2, inputTokens: 20, outputTokens: 5, cost: 0.00003, currency: 'USD', model: 'stub\n1', list: [1] };
  const told = lines(aSample('a', { derivation: { ...made, receipt } }));
  expect(told[2]).toBe('by a server: 2 requests, 20 tokens in, 5 out, 0.00003 USD, model "stub\\n1", list [1]');
  const long = lines(aSample('a', { derivation: { ...made, receipt: { requests: 1, revisedPrompt: 'a cat '.repeat(40) } } }));
  expect(long[2]).toMatch(/^by a server: 1 request, revisedPrompt "(a cat )+a\.\.\.$/);
  expect(lines(aSample('a', { derivation: made }))).toHaveLength(2);
});

test('of another project’s making nothing is said of run and device', () => {
  const line = lines(aSample('a', { derivation: { ...made, run: null, device: '' } }))[1];
  expect(line).toBe('made by draw@2, generator ffffffffffff, chain 0, depth 0, hop 0');
});

test('a score has its step, teacher and values; a failed one its reason', () => {
  const score = {
    loss: 0.12345,
    failed: null,
    step: 'teacher-scores@1',
    node: 'judge',
    values: { loss: 0.12345, correct: 1, margin: 0.123456 },
    inputs: [{ role: 'teacher', key: 'd'.repeat(64) }],
    run,
  };
  const failed = { ...score, loss: null, failed: 'no\nnumber', node: 'teacher-scores', values: {}, inputs: [] };
  expect(lines(aSample('a', { scores: [score, failed] })).slice(2)).toEqual([
    'score 0.1235 (correct 1, margin 0.1235)  by judge: teacher-scores@1, teacher dddddddddddd',
    'no score: no number  by teacher-scores@1',
  ]);
});

test('a decision has its rank and threshold, once', () => {
  const decisions = [
    { node: 'keep', kept: true, rank: 0, threshold: 0.5, reason: 'below the line', run },
    { node: 'worst', kept: false, rank: 2, threshold: null, reason: 'rank 3 of 4', run },
  ];
  expect(lines(aSample('a', { decisions })).slice(2)).toEqual([
    'kept by keep: below the line (rank 1, threshold 0.5, run r1)',
    'dropped by worst: rank 3 of 4 (run r1)',
  ]);
});

test('a failed sample has its reason', () => {
  expect(lines(aSample('a', { failed: 'DEVICE_LOST: killed twice', text: null }))[0]).toBe(
    'text aaaaaaaaaaaa  failed: DEVICE_LOST: killed twice',
  );
});

test('a long text is wrapped below the title, and a hostile one gives no commands', () => {
  const text = `${'a red square above a blue circle and '.repeat(3)}\u001b[2Jgone`;
  const [title, ...rest] = lines(aSample('a', { text }), 40);
  expect(title).toBe('text aaaaaaaaaaaa');
  expect(rest.slice(0, 2)).toEqual(['"a red square above a blue circle and a', 'red square above a blue circle and a red']);
  expect(rest.join(' ')).toContain('and �[2Jgone"');
});

const picture = async (): Promise<Uint8Array> =>
  encodePng({ width: 24, height: 24, pixels: new Uint8Array(3 * 24 * 24).fill(9) });
const image = (key: string): Sample => aSample(key, { modality: 'IMAGE', text: null, derivation: made });
const most = { columns: 32, rows: 16 };

test('a picture in half blocks stands behind the branches and never reaches beyond the terminal', async () => {
  const draw = await drawPicture(await picture(), 'blocks', most);
  const samples = [...'abcdefgh'].map(image);
  const edges = samples.slice(1).map((sample, at) => ({
    depth: at + 1,
    role: 'image',
    child: sample.key,
    parent: samples[at]!.key,
    sample,
  }));
  const drawn = new Map(samples.map(({ key }) => [key, draw]));
  const blocks = drawTree(descentTree(samples[0]!, edges, { pictures: new Map(), drawn, columns: 30 }))
    .split('\n')
    .filter((line) => line.includes('▀'));
  expect(blocks.length).toBeGreaterThan(8 * 4);
  for (const line of blocks) expect(visibleLength(line)).toBeLessThanOrEqual(30);
  expect(withoutColours(blocks[0]!)).toBe('▀'.repeat(24));
  expect(withoutColours(blocks.at(-1)!)).toBe(`${' '.repeat(21)}${'▀'.repeat(9)}`);
});

test.each<[Drawing, RegExp]>([
  ['iterm', /^ESC7ESC\[16AESC\]1337;File=[^:]*width=32;height=16[^:]*:[A-Za-z0-9+/=]+BELESC8made by/],
  ['kitty', /^ESC7ESC\[16AESC_Ga=T,f=100,t=d,c=32,r=16,C=1,q=2,m=0;[A-Za-z0-9+/=]+ESC\\ESC8made by/],
])('%s draws from the line below into lines that were left empty', async (drawing, begins) => {
  const draw = await drawPicture(await picture(), drawing, most);
  const [title, ...rest] = sampleLines(image('a'), { pictures: new Map(), drawn: new Map([['a'.repeat(64), draw]]) });
  expect(withoutColours(title!)).toBe('image aaaaaaaaaaaa');
  expect(rest.slice(0, 16)).toEqual(Array(16).fill(''));
  expect(withoutColours(rest[16]!).replaceAll('\u001b', 'ESC').replaceAll('\u0007', 'BEL')).toMatch(begins);
});

test('bytes that are no picture are refused', async () => {
  await expect(drawPicture(Uint8Array.of(1, 2, 3), 'blocks', most)).rejects.toThrow();
});
