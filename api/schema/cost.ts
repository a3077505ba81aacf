import { HoplineError } from '../../engine/plan/errors.ts';

/** What one operation may cost. The dearest document of the command line costs less than a third of it (`cost.test.ts`). */
export const COST_LIMIT = 12_000;

/** How many rows a page has unless asked. */
const PAGE = 20;
/** How many things a list that is no connection holds: the scores of a sample, the nodes of a run. */
const LIST = 5;

/** Fields that ask Postgres for more than a row each. A cost of 1 is one object in the answer; these are estimates, in the same unit, of what
 *  their statements take beside it. They bound a document, they predict no time: `npm run bench -- lineage` measures that. */
const DEAR: Record<string, number> = {
  ancestors: 20,
  descendants: 100,
  impact: 500,
  planRun: 1_000,
  whatIf: 500,
  drift: 500,
  compareRuns: 500,
  samples: 20,
  runs: 20,
};

interface CostedArgs {
  first?: number | null;
  /** Of `nodes`. */
  ids?: readonly unknown[] | null;
}

interface CostedField {
  name: string;
  type: unknown;
}

/** An object costs 1, a value in it nothing; a connection is as many times its node as `first` asks for, a list of named things as many as are named. */
export function fieldCost(args: CostedArgs, _context: unknown, field: CostedField): { field: number; multiplier: number } {
  const named = namedType(field.type as Wrapped);
  if (isLeaf(named)) return { field: DEAR[field.name] ?? 0, multiplier: 1 };
  return { field: DEAR[field.name] ?? 1, multiplier: multiplierOf(args, String(field.type)) };
}

function multiplierOf(args: CostedArgs, type: string): number {
  if (args.ids && type.startsWith('[')) return args.ids.length;
  if (/Connection!?$/.test(type)) return Math.min(Math.max(args.first ?? PAGE, 1), 100);
  // The edges of a connection are counted with it.
  return type.startsWith('[') && !/Edge!?\]!?$/.test(type) ? LIST : 1;
}

interface Wrapped {
  ofType?: Wrapped;
}

/** By their shape: a process may have loaded `graphql` twice, and each copy refuses the types of the other. */
const namedType = (type: Wrapped): Wrapped => (type.ofType ? namedType(type.ofType) : type);
const isLeaf = (type: Wrapped): boolean => !('getFields' in type || 'getTypes' in type);

export const tooCostly = (complexity: number): HoplineError =>
  new HoplineError('QUERY_TOO_LARGE', `query.cost must be at most ${COST_LIMIT}, got ${complexity}`, {
    hint: 'ask for smaller pages: the cost of a connection is that of its node times `first`',
  });
