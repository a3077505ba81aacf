/** Where a home's running services are: what a client needs to use them. */
export interface Services {
  home: string;
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  storeUrl: string;
  devices: string;
  /** `http://127.0.0.1:PORT` of the API and the page. */
  apiUrl: string;
  apiPort: number;
  /** The bearer token that the API asks for. */
  token: string;
}

export type ProcessState = 'starting' | 'running' | 'restarting' | 'stopped';

/** One supervised process as a status shows it. */
export interface ProcessStatus {
  name: string;
  state: ProcessState;
  pid?: number;
  /** How often it came back after an unexpected end. */
  restarts: number;
  /** The last unexpected end, in words. */
  lastEnd?: string;
}

/** The environment that the worker and the API read. */
export function servicesEnv(services: Services): Record<string, string> {
  return {
    HOPLINE_HOME: services.home,
    DATABASE_URL: services.databaseUrl,
    TEMPORAL_ADDRESS: services.temporalAddress,
    TEMPORAL_NAMESPACE: services.temporalNamespace,
    STORE_URL: services.storeUrl,
    HOPLINE_DEVICES: services.devices,
    HOPLINE_API_HOST: '127.0.0.1',
    HOPLINE_API_PORT: String(services.apiPort),
    HOPLINE_API_URL: services.apiUrl,
    HOPLINE_TOKEN: services.token,
  };
}
