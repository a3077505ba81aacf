import { ShapeError } from '../errors.ts';

/** A dimension: a number, a word ('batch') that is fixed when the model runs, or a multiple of one ('48*batch'). */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** A dimension as coefficient times symbol ('' for a plain number). */
export function dimParts(dim: Dim): { coefficient: number; symbol: string } {
  if (typeof dim === 'number') return { coefficient: dim, symbol: '' };
  const match = /^(?:(\d+)\*)?([A-Za-z_]\w*)$/.exec(dim);
  if (!match) throw new ShapeError('dimension', `must be a number, a word or 'n*word', got '${dim}'`);
  return { coefficient: Number(match[1] ?? 1), symbol: match[2] as string };
}

function dimOf(coefficient: number, symbol: string): Dim {
  if (symbol === '') return coefficient;
  return coefficient === 1 ? symbol : `${coefficient}*${symbol}`;
}

/** The product of dimensions, of which at most one may be symbolic. */
export function dimProduct(dims: Shape): Dim {
  let coefficient = 1;
  let symbol = '';
  for (const dim of dims) {
    const parts = dimParts(dim);
    if (parts.symbol && symbol)
      throw new ShapeError('product of dimensions', `must have at most one symbol, got [${dims.join(', ')}]`);
    coefficient *= parts.coefficient;
    symbol ||= parts.symbol;
  }
  return dimOf(coefficient, symbol);
}

/** `total / part`, or undefined when it isn't a whole number or symbol. */
export function dimQuotient(total: Dim, part: Dim): Dim | undefined {
  const over = dimParts(total);
  const under = dimParts(part);
  if (under.symbol && under.symbol !== over.symbol) return undefined;
  const coefficient = over.coefficient / under.coefficient;
  if (!Number.isInteger(coefficient)) return undefined;
  return dimOf(coefficient, under.symbol ? '' : over.symbol);
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The dimension as a number. @throws ShapeError when it is symbolic. */
export function staticDim(op: string, dim: Dim | undefined): number {
  if (typeof dim !== 'number') throw new ShapeError(op, `needs a fixed dimension here, got ${dim}`);
  return dim;
}
