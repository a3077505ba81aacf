import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDevices } from '../engine/compute/device-spec.ts';
import { HoplineError } from '../engine/plan/errors.ts';

/** Where everything is. Connected parts come from the environment; what it doesn't name, the embedded services fill in. */
export interface HoplineConfig {
  /** HOPLINE_HOME, default `.hopline` in the working folder. Absolute. */
  home: string;
  /** TEMPORAL_ADDRESS, `host:port`. */
  temporalAddress?: string;
  /** TEMPORAL_NAMESPACE, of TEMPORAL_ADDRESS. Default "default". */
  temporalNamespace: string;
  /** DATABASE_URL, `postgresql://...`. */
  databaseUrl?: string;
  /** STORE_URL. Default `file://<home>/store`. */
  storeUrl: string;
  /** HOPLINE_DEVICES, comma-separated: `cpu`, `cuda:0,cuda:1`, as `parseDevices` reads it. Default `cpu`. */
  devices: string;
  /** HOPLINE_PORT: the API's port. Default: a free one. */
  port?: number;
  /** Which services we run ourselves. */
  embedded: { postgres: boolean; temporal: boolean };
}

/** Reads the configuration and checks every value that it can check without a connection.
 *  @throws CONFIG_INVALID, DEVICES_INVALID */
export function resolveConfig(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): HoplineConfig {
  const home = resolve(cwd, given(env.HOPLINE_HOME) ?? '.hopline');
  const temporalAddress = temporalAddressOf(given(env.TEMPORAL_ADDRESS));
  const temporalNamespace = namespaceOf(given(env.TEMPORAL_NAMESPACE) ?? 'default', temporalAddress);
  const databaseUrl = databaseUrlOf(given(env.DATABASE_URL));
  return {
    home,
    temporalAddress,
    temporalNamespace,
    databaseUrl,
    storeUrl: storeUrlOf(given(env.STORE_URL) ?? pathToFileURL(`${home}/store`).href),
    devices: devicesOf(given(env.HOPLINE_DEVICES) ?? 'cpu'),
    port: portOf(given(env.HOPLINE_PORT)),
    embedded: { postgres: databaseUrl === undefined, temporal: temporalAddress === undefined },
  };
}

/** An empty variable is an unset one. */
const given = (value: string | undefined): string | undefined => value?.trim() || undefined;

function temporalAddressOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const port = Number(/^(?:\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(value)?.[1]);
  if (!(port >= 1 && port <= 65_535))
    throw invalid('TEMPORAL_ADDRESS', 'must be host:port', value, 'TEMPORAL_ADDRESS=127.0.0.1:7233');
  return value;
}

/** Of the user's Temporal. Without an address it is a mistake: the embedded server would get a second namespace, where none of the home's runs
 *  are, and a user who means their own server would work on ours. */
function namespaceOf(value: string, address: string | undefined): string {
  if (!/^[\w.-]{2,100}$/.test(value))
    throw invalid(
      'TEMPORAL_NAMESPACE',
      'must be 2 to 100 letters, digits, dots and hyphens',
      value,
      'TEMPORAL_NAMESPACE=default',
    );
  if (address !== undefined || value === 'default') return value;
  const hint = 'TEMPORAL_ADDRESS=127.0.0.1:7233, or unset TEMPORAL_NAMESPACE';
  throw invalid('TEMPORAL_NAMESPACE', 'must come with TEMPORAL_ADDRESS', `${value} alone`, hint);
}

function databaseUrlOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const rule = 'must be a URL postgresql://user:password@host:port/database';
  const example = 'DATABASE_URL=postgresql://hopline:secret@127.0.0.1:5432/hopline';
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2)
    throw invalid('DATABASE_URL', rule, withoutPassword(value), example);
  return value;
}

function storeUrlOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const fits =
    (url?.protocol === 'file:' && url.host === '' && url.pathname.length > 1) ||
    (url?.protocol === 's3:' && url.host !== '' && url.username === '');
  if (!fits)
    throw invalid(
      'STORE_URL',
      'must be file:///absolute/folder or s3://bucket/prefix, credentials in AWS_* only',
      withoutPassword(value),
      'STORE_URL=file:///data/hopline-store',
    );
  return value;
}

/** As it is written: the worker reads it by the same rule, and counts its own cores. */
function devicesOf(value: string): string {
  parseDevices(value);
  return value
    .split(',')
    .map((device) => device.trim())
    .join(',');
}

function portOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535)
    throw invalid(
      'HOPLINE_PORT',
      'must be a port number from 1 to 65535',
      value,
      'HOPLINE_PORT=8080, or leave it unset for a free port',
    );
  return port;
}

const invalid = (name: string, rule: string, value: string, hint: string): HoplineError =>
  new HoplineError('CONFIG_INVALID', `${name} ${rule}, got: ${value}`, { hint });

/** A password belongs in no error message. */
const withoutPassword = (value: string): string => value.replace(/:[^:@/]*@/, ':***@');

/** The environment that `resolveConfig` reads back to the same configuration: what a process of ours is started with. */
export function configEnv(config: HoplineConfig): NodeJS.ProcessEnv {
  return {
    HOPLINE_HOME: config.home,
    TEMPORAL_ADDRESS: config.temporalAddress ?? '',
    TEMPORAL_NAMESPACE: config.temporalNamespace,
    DATABASE_URL: config.databaseUrl ?? '',
    STORE_URL: config.storeUrl,
    HOPLINE_DEVICES: config.devices,
    HOPLINE_PORT: config.port === undefined ? '' : String(config.port),
  };
}
