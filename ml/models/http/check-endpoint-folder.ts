import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFolder } from '../../../engine/plan/model-adapter.ts';
import { readEndpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';
import { ENDPOINT_FILE } from './endpoint-file.ts';
import { assertFillable } from './template-protocol.ts';

/** @throws EndpointError MODEL_ENDPOINT_INVALID */
export async function checkEndpointFolder({ path, files }: ModelFolder): Promise<void> {
  const name = 'http';
  const others = files.filter((file) => file !== ENDPOINT_FILE);
  if (!files.includes(ENDPOINT_FILE) || others.length > 0) {
    throw new EndpointError(
      'MODEL_ENDPOINT_INVALID',
      `model "${name}" must have ${ENDPOINT_FILE} alone, got ${files.slice(0, 5).join(', ') || 'nothing'}`,
      { hint: 'whatever lies in the folder is stored with the model: keys above all must not be there' },
    );
  }
  const endpoint = readEndpoint(name, parsed(await readFile(join(path, ENDPOINT_FILE), 'utf8')));
  if (endpoint.kind === 'template') assertFillable(name, endpoint, {}, endpoint.response.image === undefined);
}

/** A parser's message would repeat a part of the file. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EndpointError(
      'MODEL_ENDPOINT_INVALID',
      `${ENDPOINT_FILE} must be JSON, got ${text.length} characters that are not`,
    );
  }
}
