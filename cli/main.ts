import { CommanderError } from 'commander';
import { describeError } from '../engine/plan/errors.ts';
import { commandContext } from './command-context.ts';
import { createProgram } from './program/create-program.ts';
import type { Invoke } from './program/invoke.ts';
import { UsageError } from './usage-error.ts';

/** Runs one `hopline` command. Answers the exit code: 0, 1 for failure, 2 for wrong usage, 130 when interrupted.
 *  Errors are two lines on stderr; a stack only with `--debug`. */
export async function main(args: string[] = process.argv.slice(2)): Promise<number> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  process.stdout.on('error', endWithReader);
  let code = 0;
  const invoke: Invoke =
    (load) =>
    async (...given) => {
      given.pop();
      const options = given.at(-1) as { json?: boolean; debug?: boolean };
      const context = commandContext({ json: options.json === true, debug: options.debug === true, signal: interrupted.signal });
      code = await (await load())(context, ...given);
    };
  try {
    await createProgram(invoke).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (interrupted.signal.aborted) return 130;
    process.stderr.write(`${describeError(error)}\n`);
    if (args.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    process.stdout.off('error', endWithReader);
  }
}

/** Whoever reads our output has gone, as `head` does: we go, too, as SIGPIPE would have it. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(141);
}

/** What was printed has left for the pipe: whoever calls `process.exit` next cuts nothing off. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> => new Promise((resolve) => stream.write('', () => resolve()));
