import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrashAction, CrashPoint } from '../../engine/faults/crash-point.ts';

export interface Hit {
  point: CrashPoint;
  action: CrashAction;
  /** Of the process that came by. */
  pid: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** What `take`, `made` and `end` say of an order; see engine/faults/trace-order.ts. */
export interface OrderLine {
  what: 'take' | 'made' | 'end';
  pid: number;
  order: string;
  at: number;
  seconds: number;
}

/** The folder that HOPLINE_FAULTS names: what is armed, what was hit, what device hosts computed. */
export class FaultFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  arm(point: CrashPoint, action: CrashAction): void {
    writeFileSync(join(this.path, point), action);
  }

  /** False when somebody came by just before. */
  disarm(point: CrashPoint): boolean {
    if (!existsSync(join(this.path, point))) return false;
    rmSync(join(this.path, point), { force: true });
    return true;
  }

  hits(): Hit[] {
    return this.#lines('hits').map(([point, action, pid, at]) => ({
      point: point as CrashPoint,
      action: action as CrashAction,
      pid: Number(pid),
      at: Number(at),
    }));
  }

  orders(): OrderLine[] {
    return this.#lines('orders').map(([what, pid, order, at, seconds]) => ({
      what: what as OrderLine['what'],
      pid: Number(pid),
      order: order!,
      at: Number(at),
      seconds: Number(seconds ?? 0),
    }));
  }

  #lines(name: string): string[][] {
    const path = join(this.path, name);
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '));
  }
}
