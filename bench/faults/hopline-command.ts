import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../bin/hopline.js', import.meta.url));

export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the `hopline` command to its end, as a user would. */
export async function hoplineCommand(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [COMMAND, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes;
  });
  // Not `close`: the services that the command leaves running may hold its pipes open.
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.stdout.destroy();
  child.stderr.destroy();
  return { code, stdout, stderr };
}
