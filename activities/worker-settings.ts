import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { parseDevices } from '../engine/compute/device-spec.ts';
import { workerName } from '../engine/recovery/worker-identity.ts';

/** A worker's settings, from the environment. */
export interface WorkerSettings {
  address: string;
  namespace: string;
  databaseUrl: string;
  storeUrl: string;
  home: string | null;
  /** `HOPLINE_DEVICES`; undefined: one cpu host a core. */
  devices: string | undefined;
  /** The folder that the project is looked for from. */
  project: string;
  /** Whether devices that aren't CPUs are tried first. `HOPLINE_SELF_TEST=off` believes them. */
  selfTest: boolean;
  /** Orders that one host may have in hand. Above 1 only for steps that wait (HTTP). Default 1. */
  slots: number;
  /** Resource classes that this worker serves. Default `cpu,gpu`: without a GPU, `gpu` steps run on the cpu hosts. */
  resources: string[];
  sliceSeconds: number;
  /** Bytes of a device host, without its open models, after which it is replaced between orders. Default: a quarter of the machine's
   *  memory, shared out among the hosts, 1.5 GB at least; a host that has three times as much is ended. */
  hostMemory: number;
  worker: string;
  /** `HOPLINE_WORKFLOW_BUNDLE`; default: the one that the set-up built. */
  bundle: string;
  /** Of the workflow code: runs stay with the version that they began with. */
  buildId: string;
  /** `HOPLINE_WORKER_VERSIONING=on`: the worker is a version of Temporal's Worker Deployment. `hopline worker` turns it on. */
  versioned: boolean;
}

export function workerSettings(env: NodeJS.ProcessEnv, house: string): WorkerSettings {
  const bundle = env.HOPLINE_WORKFLOW_BUNDLE ?? join(house, 'generated/workflow-bundle.js');
  return {
    address: env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    namespace: env.TEMPORAL_NAMESPACE ?? 'default',
    databaseUrl: env.DATABASE_URL ?? '',
    storeUrl: env.STORE_URL ?? '',
    home: env.HOPLINE_HOME ?? null,
    devices: env.HOPLINE_DEVICES || undefined,
    project: env.HOPLINE_PROJECT ?? process.cwd(),
    selfTest: env.HOPLINE_SELF_TEST !== 'off',
    slots: whole(env.HOPLINE_SLOTS, 1),
    resources: (env.HOPLINE_RESOURCES ?? 'cpu,gpu').split(',').map((name) => name.trim()),
    sliceSeconds: Number(env.HOPLINE_SLICE_SECONDS ?? 10),
    hostMemory: whole(env.HOPLINE_HOST_MEMORY_MB, defaultHostMemory(env.HOPLINE_DEVICES)) * 1024 * 1024,
    worker: workerName(),
    bundle,
    buildId: buildIdOf(bundle),
    versioned: env.HOPLINE_WORKER_VERSIONING === 'on',
  };
}

const whole = (text: string | undefined, fallback: number): number => {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value > 0 ? value : fallback;
};

/** Mebibytes. */
const defaultHostMemory = (devices: string | undefined): number =>
  Math.max(1536, Math.floor(totalmem() / 4 / parseDevices(devices).length / 1024 ** 2));

/** The first 12 hex digits of the bundle's SHA-256: the same workflow code is the same version, whatever else has changed. */
const buildIdOf = (bundle: string): string => createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 12);
