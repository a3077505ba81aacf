import { connect, Socket } from 'node:net';

/** Between two looks. Milliseconds. A connection counts as dead one to two of these, and `REACH_WITHIN`, after its last byte. */
const LOOK_EVERY = 5_000;
/** The same while the server is known to be out of reach. */
const LOOK_AGAIN_AFTER = 500;
/** How long the server's address may take to answer: three tries of the kernel. Milliseconds. */
const REACH_WITHIN = 5_000;

/** Ends the connections of a pool that lead nowhere. When packets are dropped without a word (a cable, a firewall, a host that is gone), a
 *  socket with a query on its way is given up by the kernel only after about 15 minutes, and keepalive doesn't look at it meanwhile. A
 *  time-out of the query would also end one that only takes long; so we ask whether the server's address still answers. */
export class SocketWatch {
  /** False from the moment that the server was found out of reach until it answers again: whoever asks need not wait for a time-out. */
  reachable = true;
  private readonly heard = new Map<Socket, number>();
  private timer: NodeJS.Timeout | undefined;

  /** A new socket, watched until it closes. */
  readonly open = (): Socket => {
    const socket = new Socket();
    this.heard.set(socket, 0);
    socket.once('close', () => this.heard.delete(socket));
    this.lookAfter(LOOK_EVERY);
    return socket;
  };

  private lookAfter(milliseconds: number): void {
    this.timer ??= setTimeout(() => void this.look(), milliseconds).unref();
  }

  private async look(): Promise<void> {
    const silent: Socket[] = [];
    for (const [socket, before] of this.heard) {
      this.heard.set(socket, socket.bytesRead);
      // A socket that is still connecting has a time-out of its own.
      if (socket.bytesRead === before && socket.remotePort !== undefined) silent.push(socket);
    }
    if (silent[0] !== undefined) await this.test(silent[0], silent);
    this.timer = undefined;
    if (this.heard.size > 0) this.lookAfter(LOOK_EVERY);
  }

  private async test({ remoteAddress, remotePort }: Socket, silent: readonly Socket[]): Promise<void> {
    if (await reaches(remoteAddress!, remotePort!)) return;
    this.reachable = false;
    for (const socket of silent)
      socket.destroy(Object.assign(new Error('no answer from the server any more'), { code: 'ETIMEDOUT' }));
    const again = async (): Promise<void> => {
      this.reachable = await reaches(remoteAddress!, remotePort!);
      if (!this.reachable) setTimeout(() => void again(), LOOK_AGAIN_AFTER).unref();
    };
    void again();
  }
}

function reaches(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ host, port, timeout: REACH_WITHIN });
    const end = (reached: boolean): void => {
      probe.destroy();
      resolve(reached);
    };
    probe.once('connect', () => end(true)).once('timeout', () => end(false));
    // A server that is down refuses, and tells those that were connected.
    probe.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
}
