import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The last version whose module `go install` accepts (later ones carry a `replace` directive). */
const GO_MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** Builds the program with Go >= 1.25 into `folder`; about 2.5 minutes on two cores. */
export async function buildTemporal(
  folder: string,
  program: string,
  onLine: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  if (!(await goIsNewEnough())) throw new Error('Go >= 1.25 is not there');
  mkdirSync(folder, { recursive: true });
  onLine('building the Temporal server with go install, once: about 2.5 minutes');
  await run('go', ['install', '-ldflags=-s -w', GO_MODULE], {
    env: { ...process.env, GOBIN: folder },
    maxBuffer: 64 * 1024 * 1024,
    signal,
  });
  return join(folder, program);
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
