import { existsSync } from 'node:fs';

export interface Program {
  command: string;
  args: string[];
}

/** On Linux, has the kernel send `signal` to a program when our process dies, however it dies. For what tests and benches start:
 *  nothing of theirs may stay. Supervised processes are not leashed: a worker goes on with its run when only its supervisor was killed.
 *  `setpriv` replaces itself by the program, so the pid stays. */
export function leashed({ command, args }: Program, signal: NodeJS.Signals): Program {
  const setpriv =
    process.platform === 'linux' ? ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path)) : undefined;
  return setpriv ? { command: setpriv, args: ['--pdeathsig', signal.slice(3), command, ...args] } : { command, args };
}
