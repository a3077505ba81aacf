/** Dynamic configuration of the embedded Temporal server, each with its measured effect in infra/README.md. */
export const TEMPORAL_SETTINGS: Readonly<Record<string, string | number | boolean>> = {
  'history.transferProcessorMaxPollRPS': 2000,
};

export const settingFlags = (): string[] =>
  Object.entries(TEMPORAL_SETTINGS).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${JSON.stringify(value)}`]);
