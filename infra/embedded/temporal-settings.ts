/** Dynamic configuration of the embedded Temporal server, each with its measured effect in infra/README.md. */
export const TEMPORAL_SETTINGS: TemporalSettings = {
  'history.transferProcessorMaxPollRPS': 2000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
};

/** SQLite pragmas of its database file. A process's sudden end loses nothing; a power cut may lose the last moments, never the file. */
export const TEMPORAL_PRAGMAS: Readonly<Record<string, string>> = { journal_mode: 'wal', synchronous: 'normal' };

export type TemporalSettings = Readonly<Record<string, string | number | boolean>>;

export const settingFlags = (more: TemporalSettings = {}): string[] => [
  ...Object.entries({ ...TEMPORAL_SETTINGS, ...more }).flatMap(([name, value]) => [
    '--dynamic-config-value',
    `${name}=${JSON.stringify(value)}`,
  ]),
  ...Object.entries(TEMPORAL_PRAGMAS).flatMap(([name, value]) => ['--sqlite-pragma', `${name}=${value}`]),
];
