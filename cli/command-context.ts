/** Where a command reads from and prints to. */
export interface CommandContext {
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Results: what a user may pipe. Takes one line or several, without the final newline. */
  print(text: string): void;
  /** Everything else: progress, notes, errors. */
  note(text: string): void;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Machine-readable results on stdout. */
  json: boolean;
  /** Stack traces and details. */
  debug: boolean;
  /** Aborted on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
}

export function commandContext(options: { json: boolean; debug: boolean; signal: AbortSignal }): CommandContext {
  return {
    ...options,
    env: process.env,
    cwd: process.cwd(),
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}
