import { fork } from 'node:child_process';
import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { nodeArguments } from '../program/node-arguments.ts';
import { type DeviceSpec, kindOf } from './device-spec.ts';
import type { DeviceTestMessage, DeviceTestOrder } from './device-test.ts';
import { fromWireError } from './wire-error.ts';

export interface DeviceTestOptions extends Pick<DeviceTestOrder, 'project' | 'storeUrl' | 'models'> {
  /** For all models of a device. Milliseconds. Default 15 minutes: large models take minutes to load. */
  patience?: number;
  log(line: string): void;
}

/** Devices as they may be used: one that isn't a CPU is tried with a batch of every registered model first, and compared with the CPU.
 *  A model that comes out differently is named in the device's `unfit`: its tasks fail there, in words, instead of being wrong.
 *  @throws DEVICE_UNAVAILABLE where a device can't compute at all */
export async function testDevices(devices: readonly DeviceSpec[], options: DeviceTestOptions): Promise<DeviceSpec[]> {
  const tested: DeviceSpec[] = [];
  for (const device of devices) tested.push(kindOf(device.name) === 'cpu' ? device : await testDevice(device, options));
  return tested;
}

async function testDevice(device: DeviceSpec, options: DeviceTestOptions): Promise<DeviceSpec> {
  const { project, storeUrl, patience = 15 * 60_000, log } = options;
  const unfit: Record<string, string> = {};
  let waiting = [...options.models];
  // What kills the process is the model that it was at: it is unfit, and the others are tried in another process.
  for (;;) {
    const order: DeviceTestOrder = { project, storeUrl, device: device.name, threads: device.threads, models: waiting };
    const { usable, trying, tried, end } = await runTest(order, patience, log);
    if (!usable) throw unavailable(device.name, end);
    for (const { digest, fit, reason } of tried) if (!fit) unfit[digest] = reason!;
    if (end === null) return Object.keys(unfit).length > 0 ? { ...device, unfit } : device;
    const at = waiting.findIndex((model) => model.digest === trying);
    const culprit = waiting[at];
    if (!culprit || unfit[culprit.digest]) throw unavailable(device.name, end);
    unfit[culprit.digest] = `a process that ended: ${end.message}`;
    log(`${device.name} must not run model ${culprit.name}: ${unfit[culprit.digest]}`);
    waiting = waiting.slice(at + 1);
  }
}

type Tried = Extract<DeviceTestMessage, { type: 'model' }>;

/** @returns `end`: why the test did not come to its end; null when it did */
function runTest(
  order: DeviceTestOrder,
  patience: number,
  log: (line: string) => void,
): Promise<{ usable: boolean; trying: Digest | null; tried: Tried[]; end: Error | null }> {
  return new Promise((resolve) => {
    const args = nodeArguments('engine/compute/device-test-main.ts');
    const child = fork(args.at(-1)!, [JSON.stringify(order)], {
      execArgv: args.slice(0, -1),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const tried: Tried[] = [];
    let usable = false;
    let trying: Digest | null = null;
    let end: Error | null = new Error('no word from the test');
    const last: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        for (const line of chunk.toString().split('\n').filter(Boolean)) last.push(line);
        last.splice(0, last.length - 5);
      });
    }
    const timer = setTimeout(() => {
      end = new Error(`nothing after ${patience / 1000} s`);
      child.kill('SIGKILL');
    }, patience);
    child.on('message', (message: DeviceTestMessage) => {
      if (message.type === 'usable') usable = true;
      else if (message.type === 'trying') trying = message.digest;
      else if (message.type === 'model') {
        tried.push(message);
        log(inWords(order, message));
      } else end = message.type === 'done' ? null : fromWireError(message.error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (end !== null && (signal !== null || code !== 0))
        end = new Error(`${signal ?? `exit code ${code}`}: ${last.join(' | ')}`);
      if (end !== null) for (const line of last) log(`${order.device} test: ${line}`);
      resolve({ usable, trying, tried, end });
    });
  });
}

function inWords({ device, models }: DeviceTestOrder, { digest, fit, reason, difference, seconds }: Tried): string {
  const { name } = models.find((model) => model.digest === digest)!;
  if (!fit) return `${device} must not run model ${name}: ${reason}`;
  return `${device} computes model ${name} as a CPU does (largest difference ${difference.toExponential(1)}, ${seconds.toFixed(1)} s)`;
}

const unavailable = (device: string, cause: Error | null): HoplineError =>
  cause instanceof HoplineError
    ? cause
    : new HoplineError('DEVICE_UNAVAILABLE', `device ${device} must be able to compute, got ${cause?.message ?? 'nothing'}`, {
        hint: 'docs/gpu.md says what it needs; HOPLINE_DEVICES=cpu does without',
      });
