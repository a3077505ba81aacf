import { readdirSync, readFileSync } from 'node:fs';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { collectOperations } from '../../scripts/write-operations.ts';

/** An operation that somebody sends, by the name under which tests report it. */
export interface ClientDocument {
  /** `RunStatus`; of an example its file's name. */
  name: string;
  text: string;
  operation: OperationDefinitionNode;
}

const EXAMPLES = new URL('../../api/examples/', import.meta.url);

/** What the command line and the page send, and the examples. Collected by folder: a new one can't be forgotten. */
export async function clientDocuments(): Promise<ClientDocument[]> {
  const sent = Object.values(await collectOperations()).map((text) => documentOf(text));
  const examples = readdirSync(EXAMPLES).map((file) => documentOf(readFileSync(new URL(file, EXAMPLES), 'utf8'), file));
  return [...sent, ...examples].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function documentOf(text: string, file?: string): ClientDocument {
  const operation = parse(text).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation?.name) throw new Error(`an operation of a client must have a name, got ${text.slice(0, 100)}`);
  return { name: file ?? operation.name.value, text, operation };
}
