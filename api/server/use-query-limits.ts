import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type ParseOptions,
  parse,
  type SelectionSetNode,
  type Source,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { MOST_NESTED } from './use-text-check.ts';

export interface QueryLimits {
  /** Levels of nested fields. Default 10: the deepest query of the command line has 6. Introspection is not counted. */
  depth: number;
  /** Renamed fields in one document. Default 30: aliases repeat expensive fields cheaply. */
  aliases: number;
  /** `@skip` and the like in one document. Default 50. */
  directives: number;
  /** Fields in one document. Default 1,000: comparing fields of one name with each other takes
   *  time with the square of their number. */
  fields: number;
  /** Words and signs of one document. Default 5,000. */
  tokens: number;
  /** Lists and objects within each other, in the values of a document. Default 50, as in variables. */
  nesting: number;
}

const DEFAULTS: QueryLimits = {
  depth: 10,
  aliases: 30,
  directives: 50,
  fields: 1_000,
  tokens: 5_000,
  nesting: MOST_NESTED,
};

/** Refuses documents that are too deep or repeat fields too often, before anything runs. */
export function useQueryLimits(limits: QueryLimits = DEFAULTS): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) => {
        try {
          return parse(source, { ...options, maxTokens: limits.tokens });
        } catch (error) {
          // The library's own words for it say neither the code nor the hint.
          if (/Document contains more tha[nt] \d+ tokens/.test((error as Error).message))
            throw tooLarge(`query.tokens must be at most ${limits.tokens}, got more`);
          // Some thousand braces within each other are fewer words than that, and more than the stack holds.
          if (error instanceof RangeError)
            throw tooLarge(`query.depth must be at most ${limits.depth}, got more than can be read`);
          throw error;
        }
      });
    },
    // Not as a rule beside the others: theirs take long over a document that is too large.
    onValidate({ params: { documentAST }, setResult }) {
      const errors = queryTooLarge(documentAST, limits);
      if (errors.length > 0) setResult(errors);
    },
  };
}

function queryTooLarge(document: DocumentNode, limits: QueryLimits): GraphQLError[] {
  const found = { aliases: 0, directives: 0, fields: 0, depth: 0, nesting: 0 };
  let nesting = 0;
  const nested = {
    enter: () => {
      found.nesting = Math.max(found.nesting, ++nesting);
    },
    leave: () => {
      nesting--;
    },
  };
  visit(document, {
    ListValue: nested,
    ObjectValue: nested,
    Field(field) {
      found.fields++;
      if (field.alias) found.aliases++;
    },
    Directive() {
      found.directives++;
    },
  });
  const depthOf = depths(document);
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) found.depth = Math.max(found.depth, depthOf(definition.selectionSet));
  return (['aliases', 'directives', 'fields', 'depth', 'nesting'] as const)
    .filter((name) => found[name] > limits[name])
    .map((name) => tooLarge(`query.${name} must be at most ${limits[name]}, got ${found[name]}`));
}

/** Levels of nested fields under a selection. Each fragment is looked at once, however often it is spread: fragments that spread each other
 *  twice would otherwise take time with a power of their number. */
function depths(document: DocumentNode): (selections: SelectionSetNode | undefined) => number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    if (!known.has(name)) {
      // Also ends a cycle, which a rule of GraphQL's own refuses.
      known.set(name, 0);
      known.set(name, depthOf(fragments.get(name)?.selectionSet));
    }
    return known.get(name)!;
  };
  const depthOf = (selections: SelectionSetNode | undefined): number => {
    let deepest = 0;
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) deepest = Math.max(deepest, ofFragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) deepest = Math.max(deepest, depthOf(selection.selectionSet));
      else if (!selection.name.value.startsWith('__')) deepest = Math.max(deepest, 1 + depthOf(selection.selectionSet));
    }
    return deepest;
  };
  return depthOf;
}

const tooLarge = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'QUERY_TOO_LARGE', http: { status: 400 } } });
