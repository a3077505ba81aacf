import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { HoplineError } from '../../engine/plan/errors.ts';

/** Lists and objects within each other, at most: what walks or prints values does so by recursion. */
export const MOST_NESTED = 50;

/** Refuses text that is no text: a NUL, which Postgres can't store, or half of a surrogate pair, which UTF-8 can't say. In variables and in
 *  the literals of the document alike, before anything runs. Variables that nest too deep, too. */
export function useTextCheck(): Plugin {
  return {
    onParams({ params }) {
      const where = oddText(params.variables, 'variables') ?? oddText(params.operationName, 'operationName');
      if (where) throw new HoplineError('TEXT_INVALID', textInvalid(where));
    },
    onValidate({ addValidationRule }) {
      addValidationRule(textLiterals);
    },
  };
}

const textInvalid = (where: string): string =>
  `${where} must be text without NUL and without halves of surrogate pairs, got such a text`;

function textLiterals(context: ValidationContext): ASTVisitor {
  return {
    StringValue(node) {
      if (isOdd(node.value))
        context.reportError(
          new GraphQLError(textInvalid('query'), { nodes: node, extensions: { code: 'TEXT_INVALID', http: { status: 400 } } }),
        );
    },
  };
}

/** Where in a value odd text stands, as `variables.input.params.name`; null where none does. Not recursive: a body may nest a million deep.
 *  @throws VARIABLES_INVALID where it nests deeper than MOST_NESTED */
function oddText(value: unknown, name: string): string | null {
  const open: { value: unknown; where: string; level: number }[] = [{ value, where: name, level: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value === 'string' && isOdd(next.value)) return next.where;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.level > MOST_NESTED) {
      const rule = `must be at most ${MOST_NESTED} lists and objects within each other, got more`;
      throw new HoplineError('VARIABLES_INVALID', `${next.where.slice(0, 60)} ${rule}`);
    }
    for (const [key, inner] of Object.entries(next.value)) {
      if (isOdd(key)) return next.where;
      open.push({ value: inner, where: `${next.where}.${key}`.slice(0, 200), level: next.level + 1 });
    }
  }
  return null;
}

const isOdd = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
