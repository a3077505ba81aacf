import { type ASTVisitor, GraphQLError, Kind, OperationTypeNode, type SelectionSetNode, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses a subscription whose field hangs on `@skip` or `@include`, as the specification of GraphQL does by now: without a field there is
 *  nothing to subscribe to, and the library fails at that. */
export function useWholeSubscriptions(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(wholeSubscriptions);
    },
  };
}

function wholeSubscriptions(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
      if (!isConditional(operation.selectionSet, context, new Set())) return;
      context.reportError(
        new GraphQLError('subscription.field must not depend on @skip or @include', {
          nodes: operation,
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
        }),
      );
    },
  };
}

/** Whether a root field, or a fragment on the way to it, has a condition. */
function isConditional(selections: SelectionSetNode, context: ValidationContext, seen: Set<string>): boolean {
  return selections.selections.some((selection) => {
    if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) return true;
    if (selection.kind === Kind.FIELD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet, context, seen);
    const name = selection.name.value;
    const fragment = seen.has(name) ? undefined : context.getFragment(name);
    return fragment !== null && fragment !== undefined && isConditional(fragment.selectionSet, context, seen.add(name));
  });
}
