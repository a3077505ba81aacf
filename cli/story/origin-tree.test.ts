import { expect, test } from 'vitest';
import type { Sample, SampleEdge } from '../operations/lineage.ts';
import { drawTree } from '../terminal/tree.ts';
import { withoutColours } from '../terminal/visible-length.ts';
import { aSample } from './fixtures/a-sample.ts';
import { descentTree, originTree } from './origin-tree.ts';

const edge = (parent: Sample, child: Sample, far: Sample): SampleEdge => ({
  depth: 1,
  role: 'text',
  child: child.key,
  parent: parent.key,
  sample: far,
});
const titles = (text: string): string[] =>
  withoutColours(text)
    .split('\n')
    .filter((line) => /"text|see above/.test(line));

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((key) => aSample(key)) as [Sample, Sample, Sample, Sample];

test('the chain of a sample begins with the real one', () => {
  const tree = originTree(c, [edge(b, c, b), edge(a, b, a)], { pictures: new Map() });
  expect(titles(drawTree(tree))).toEqual([
    'text aaaaaaaaaaaa  "text a"',
    '└─ [text] text bbbbbbbbbbbb  "text b"',
    '   └─ [text] text cccccccccccc  "text c"',
  ]);
});

test('a sample with two ways back is told once and named again', () => {
  const lines = titles(
    drawTree(descentTree(a, [edge(a, b, b), edge(a, c, c), edge(b, d, d), edge(c, d, d)], { pictures: new Map() })),
  );
  expect(lines.filter((line) => line.includes('"text d"'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('dddddddddddd (see above)'))).toHaveLength(1);
});

test('two real samples of one caption stand side by side, and what they share is told once', () => {
  const lines = titles(drawTree(originTree(c, [edge(a, c, a), edge(b, c, b)], { pictures: new Map() })));
  expect(lines).toEqual([
    '├─ text aaaaaaaaaaaa  "text a"',
    '│  └─ [text] text cccccccccccc  "text c"',
    '└─ text bbbbbbbbbbbb  "text b"',
    '   └─ [text] cccccccccccc (see above)',
  ]);
});
