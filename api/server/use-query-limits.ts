import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type ParseOptions,
  parse,
  type SelectionSetNode,
  type Source,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

export interface QueryLimits {
  /** Levels of nested fields. Default 10: the deepest query of the command line has 6. Introspection is not counted. */
  depth: number;
  /** Renamed fields in one document. Default 30: aliases repeat expensive fields cheaply. */
  aliases: number;
  /** Words and signs of one document. Default 5,000. */
  tokens: number;
}

/** Refuses documents that are too deep or repeat fields too often, before anything runs. */
export function useQueryLimits(limits: QueryLimits = { depth: 10, aliases: 30, tokens: 5_000 }): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) => parse(source, { ...options, maxTokens: limits.tokens }));
    },
    onValidate({ addValidationRule }) {
      addValidationRule((context: ValidationContext) => queryLimits(context, limits));
    },
  };
}

function queryLimits(context: ValidationContext, limits: QueryLimits): ASTVisitor {
  let aliases = 0;
  return {
    Field(field) {
      if (field.alias && ++aliases === limits.aliases + 1) report(context, `query.aliases must be at most ${limits.aliases}`);
    },
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet, context, new Set());
      if (depth > limits.depth) report(context, `query.depth must be at most ${limits.depth}, got ${depth}`);
    },
  };
}

function depthOf(selections: SelectionSetNode | undefined, context: ValidationContext, open: Set<string>): number {
  let deepest = 0;
  for (const selection of selections?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      if (!selection.name.value.startsWith('__')) deepest = Math.max(deepest, 1 + depthOf(selection.selectionSet, context, open));
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      deepest = Math.max(deepest, depthOf(selection.selectionSet, context, open));
    } else if (!open.has(selection.name.value)) {
      const fragment = context.getFragment(selection.name.value);
      deepest = Math.max(deepest, depthOf(fragment?.selectionSet, context, new Set(open).add(selection.name.value)));
    }
  }
  return deepest;
}

const report = (context: ValidationContext, message: string): void =>
  context.reportError(new GraphQLError(message, { extensions: { code: 'QUERY_TOO_LARGE' } }));
