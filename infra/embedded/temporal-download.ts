import { execFile } from 'node:child_process';
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const VERSION = 'v1.5.1';
/** Where nobody answers (a closed network), say so soon. Milliseconds. */
const ANSWER_WITHIN = 3_000;
const ARRIVE_WITHIN = 180_000;

/** Fetches the program from Temporal's own site into `folder`. Throws, within 3 s, when the site can't be reached. */
export async function downloadTemporal(
  folder: string,
  program: string,
  onLine: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `https://temporal.download/cli/archive/${VERSION}?platform=${platform}&arch=${arch}`;
  const noAnswer = new AbortController();
  const timer = setTimeout(() => noAnswer.abort(new Error('temporal.download does not answer')), ANSWER_WITHIN);
  const limits = [noAnswer.signal, AbortSignal.timeout(ARRIVE_WITHIN), ...(signal ? [signal] : [])];
  const response = await fetch(url, { signal: AbortSignal.any(limits) }).finally(() => clearTimeout(timer));
  if (!response.ok || !response.body) throw new Error(`temporal.download answered ${response.status}`);
  onLine(`downloading the Temporal server ${VERSION}, once`);
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(join(folder, '.download-'));
  try {
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      createWriteStream(join(draft, 'archive')),
    );
    await promisify(execFile)('tar', ['-xf', join(draft, 'archive'), '-C', draft]);
    chmodSync(join(draft, program), 0o755);
    renameSync(join(draft, program), join(folder, program));
    return join(folder, program);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
