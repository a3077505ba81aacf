import type { CommandContext } from '../command-context.ts';

/** A command's code: arguments in their order, then its options. Its number is the exit code. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands every command its own arguments and options
export type CommandAction = (context: CommandContext, ...given: any[]) => Promise<number>;

/** Makes a commander action of a command that is loaded only when it is called. */
export type Invoke = (load: () => Promise<CommandAction>) => (...given: unknown[]) => Promise<void>;
