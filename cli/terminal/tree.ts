export interface Tree {
  /** The first line is the node's title, further ones stand below it. */
  lines: string[];
  children: Tree[];
}

/** Characters that each level puts in front of its lines. */
export const BRANCH = 3;

/** A tree in text, with branches drawn. */
export function drawTree(tree: Tree): string {
  return [...tree.lines, ...tree.children.flatMap((child, i) => branch(child, i === tree.children.length - 1))].join('\n');
}

function branch(tree: Tree, last: boolean): string[] {
  const below = last ? '   ' : '│  ';
  const inner = [...tree.lines, ...tree.children.flatMap((child, i) => branch(child, i === tree.children.length - 1))];
  return inner.map((line, i) => (i === 0 ? `${last ? '└─ ' : '├─ '}${line}` : below + line));
}
