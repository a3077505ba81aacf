import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { HoplineError } from '../../engine/plan/errors.ts';
import { buildTemporal } from './temporal-build.ts';
import { downloadTemporal } from './temporal-download.ts';

const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

const cacheFolder = (env = process.env): string => join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hopline', 'bin');

/** The Temporal server's program: TEMPORAL_CLI_PATH, then PATH, then our cache, then Temporal's own download, then `go install`.
 *  @throws TEMPORAL_BINARY_MISSING with what was tried */
export async function temporalBinary(onLine: (line: string) => void = () => undefined, signal?: AbortSignal): Promise<string> {
  const installed = installedTemporal();
  if (installed !== undefined) return installed;
  const tried: string[] = [];
  for (const obtain of [downloadTemporal, buildTemporal]) {
    try {
      return await obtain(cacheFolder(), PROGRAM, onLine, signal);
    } catch (error) {
      signal?.throwIfAborted();
      tried.push(reasonOf(error));
    }
  }
  throw missing(
    `the Temporal program must be there for the embedded services, got: none on PATH or in ${cacheFolder()}; ${tried.join('; ')}`,
  );
}

/** The program if it is on this machine already.
 *  @throws TEMPORAL_BINARY_MISSING when TEMPORAL_CLI_PATH names no program */
export function installedTemporal(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env.TEMPORAL_CLI_PATH;
  if (given && !isProgram(given)) throw missing(`TEMPORAL_CLI_PATH must be a program, got: ${given}`);
  if (given) return given;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const goFolder = env.GOBIN || join(env.GOPATH || join(homedir(), 'go'), 'bin');
  return [...folders, cacheFolder(env), goFolder].map((folder) => join(folder, PROGRAM)).find(isProgram);
}

const missing = (message: string): HoplineError =>
  new HoplineError('TEMPORAL_BINARY_MISSING', message, {
    hint: 'install it from https://temporal.io/setup/install-temporal-cli, or set TEMPORAL_CLI_PATH to it, or set TEMPORAL_ADDRESS to a running server',
  });

/** The innermost reason: fetch hides "getaddrinfo ENOTFOUND" in its cause, a command's error ends with its last line. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (inner instanceof Error ? inner.message : String(inner)).trim().split('\n').at(-1) ?? '';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
