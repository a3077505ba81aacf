import { type DocumentNode, type ExecutionArgs, type ExecutionResult, Kind, visit } from 'graphql';
// The file by name: by the package's name alone a bundler or test runner takes another copy than yoga has, which knows no schema of ours.
import { execute } from 'graphql/index.js';
import type { PlacedEvent } from '../../engine/lineage/index.ts';
import type { ApiContext } from '../schema/context.ts';

/** Shapes of one event that are kept; who asks in yet another way pays for it. */
const MOST_SHAPES = 16;

const results = new WeakMap<PlacedEvent, Map<string, Promise<ExecutionResult>>>();
const cursors = new WeakMap<object, string>();

/** The cursor of the event that a result tells. */
export const cursorOf = (result: object): string | undefined => cursors.get(result);

/** What a subscription answers for an event. Those that ask the same with the same rights get the same object: five hundred pages that watch a
 *  run are one execution an event. */
export function resultOf(event: PlacedEvent, shape: string, args: ExecutionArgs): Promise<ExecutionResult> {
  const shapes = results.get(event) ?? new Map<string, Promise<ExecutionResult>>();
  results.set(event, shapes);
  const known = shapes.get(shape);
  if (known) return known;
  const result = answer(event, args);
  if (shapes.size < MOST_SHAPES) shapes.set(shape, result);
  return result;
}

async function answer(event: PlacedEvent, args: ExecutionArgs): Promise<ExecutionResult> {
  const result = await execute({ ...args, rootValue: event });
  cursors.set(result, event.cursor);
  return result;
}

/** Names what an operation's answer depends on beside the event: the document, the variables that its selections use, and the viewer's rights. */
export function shapeOf({ document, operationName, variableValues, contextValue }: ExecutionArgs): string {
  const { viewer } = contextValue as Pick<ApiContext, 'viewer'>;
  const { number, variables } = factsOf(document);
  const values = variables.map((name) => variableValues?.[name]);
  return JSON.stringify([number, operationName, values, viewer.scope, viewer.project?.id]);
}

const documents = new WeakMap<DocumentNode, { number: number; variables: string[] }>();
let count = 0;

/** By identity: yoga keeps parsed documents by their text. */
function factsOf(document: DocumentNode): { number: number; variables: string[] } {
  const known = documents.get(document);
  if (known) return known;
  const facts = { number: count++, variables: selectionVariables(document) };
  documents.set(document, facts);
  return facts;
}

/** Variables that are used anywhere but in the arguments of the root field: those say which events come, not how they look. */
function selectionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (_node, _key, _parent, _path, ancestors) =>
      isOf(ancestors.at(-1), Kind.FIELD) && isOf(ancestors.at(-4), Kind.OPERATION_DEFINITION) ? false : undefined,
    Variable: ({ name }) => void names.add(name.value),
  });
  return [...names].sort();
}

const isOf = (node: unknown, kind: Kind): boolean => (node as { kind?: string } | undefined)?.kind === kind;
