/** An error that a user can act on: `error[CODE] where.field rule, got value` and a hint that can be typed. */
export class HoplineError extends Error {
  /** Stable, upper case: `DATASET_MISSING`. */
  readonly code: string;
  /** What to type or change. One line. */
  readonly hint: string | undefined;
  /** True when trying again can't help: wrong configuration, a missing model, corrupt input. */
  readonly permanent: boolean;
  /** What the message names, for programs: `{ digest }` of an object that can't be read. Survives the way between processes. */
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    options: { hint?: string; permanent?: boolean; details?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HoplineError';
    this.code = code;
    this.hint = options.hint;
    this.permanent = options.permanent ?? true;
    this.details = options.details ?? {};
  }
}

/** The two lines that every front prints: `error[CODE] message` and `hint: ...`. Never a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof HoplineError) {
    return `error[${error.code}] ${oneLine(error.message)}${error.hint ? `\nhint: ${oneLine(error.hint)}` : ''}`;
  }
  return `error[INTERNAL] ${oneLine(error instanceof Error ? error.message : String(error))}\nhint: run again with --debug for the stack trace`;
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').slice(0, 2000);
