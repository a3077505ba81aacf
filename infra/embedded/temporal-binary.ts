import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { HoplineError } from '../../engine/plan/errors.ts';

const run = promisify(execFile);

/** The last version whose module `go install` accepts (later ones carry a `replace` directive). */
const GO_MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hopline', 'bin');

/** The Temporal server's program: TEMPORAL_CLI_PATH, then PATH, then our cache, then what can be fetched or built.
 *  @throws TEMPORAL_BINARY_MISSING */
export async function temporalBinary(onLine: (line: string) => void = () => undefined): Promise<string> {
  return installedTemporal() ?? (await builtTemporal(onLine));
}

/** The program if it is on this machine already. */
export function installedTemporal(): string | undefined {
  const given = process.env.TEMPORAL_CLI_PATH;
  if (given) {
    if (isProgram(given)) return given;
    throw new HoplineError('TEMPORAL_BINARY_MISSING', `TEMPORAL_CLI_PATH must be a program, got: ${given}`, {
      hint: 'correct it, or unset it to let hopline look itself',
    });
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const goFolder = process.env.GOBIN || join(process.env.GOPATH || join(homedir(), 'go'), 'bin');
  return [...folders, cacheFolder(), goFolder].map((folder) => join(folder, PROGRAM)).find(isProgram);
}

async function builtTemporal(onLine: (line: string) => void): Promise<string> {
  if (!(await goIsNewEnough())) throw missing('Go >= 1.25 is not there');
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true });
  onLine('building the Temporal server with go install, once: about 2.5 minutes');
  try {
    await run('go', ['install', '-ldflags=-s -w', GO_MODULE], {
      env: { ...process.env, GOBIN: folder },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    throw missing(`go install failed: ${(error as Error).message.split('\n').at(-1)}`);
  }
  return join(folder, PROGRAM);
}

async function goIsNewEnough(): Promise<boolean> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION']);
    const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    return major > 1 || minor >= 25;
  } catch {
    return false;
  }
}

const missing = (why: string): HoplineError =>
  new HoplineError(
    'TEMPORAL_BINARY_MISSING',
    `the Temporal program must be there for the embedded services, got: none on PATH or in ${cacheFolder()}, and ${why}`,
    {
      hint: 'install it from https://temporal.io/setup/install-temporal-cli, or set TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a running server',
    },
  );

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}
