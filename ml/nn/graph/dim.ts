import { ShapeError } from '../errors.ts';

/** A dimension: a number, a word ('batch') that is fixed when the model runs, or a product of such ('48*batch', 'batch*length'). */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** A dimension as coefficient times symbols (none for a plain number), sorted. */
export function dimParts(dim: Dim): { coefficient: number; symbols: readonly string[] } {
  if (typeof dim === 'number') return { coefficient: dim, symbols: [] };
  const match = /^(?:(\d+)\*)?([A-Za-z_]\w*(?:\*[A-Za-z_]\w*)*)$/.exec(dim);
  if (!match) throw new ShapeError('dimension', `must be a number, a word or a product of them, got '${dim}'`);
  return { coefficient: Number(match[1] ?? 1), symbols: (match[2] as string).split('*').sort() };
}

function dimOf(coefficient: number, symbols: readonly string[]): Dim {
  if (symbols.length === 0) return coefficient;
  return [...(coefficient === 1 ? [] : [coefficient]), ...symbols].join('*');
}

/** The product of dimensions. */
export function dimProduct(dims: Shape): Dim {
  const parts = dims.map(dimParts);
  return dimOf(
    parts.reduce((product, { coefficient }) => product * coefficient, 1),
    parts.flatMap(({ symbols }) => symbols).sort(),
  );
}

/** `total / part`, or undefined when it isn't a whole number of symbols. */
export function dimQuotient(total: Dim, part: Dim): Dim | undefined {
  const over = dimParts(total);
  const under = dimParts(part);
  const left = [...over.symbols];
  for (const symbol of under.symbols) {
    const at = left.indexOf(symbol);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  const coefficient = over.coefficient / under.coefficient;
  return Number.isInteger(coefficient) ? dimOf(coefficient, left) : undefined;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The dimension as a number. @throws ShapeError when it is symbolic. */
export function staticDim(op: string, dim: Dim | undefined): number {
  if (typeof dim !== 'number') throw new ShapeError(op, `needs a fixed dimension here, got ${dim}`);
  return dim;
}
