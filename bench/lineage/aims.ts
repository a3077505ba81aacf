/** p95 in milliseconds at 2,000,000 samples, where the project has set an aim. */
export const AIMS: Readonly<Record<string, number>> = {
  ancestors: 20,
  ancestors_cli: 20,
  ancestors_page: 60,
  descendants_wide: 20,
  descendants_deep: 20,
  descendants_prompt: 20,
  what_if_small: 50,
  what_if_small_params: 50,
  what_if_large: 3_000,
  what_if_large_share: 3_000,
  runs: 30,
  runs_100: 30,
};

/** How often it is asked; 200 times unless it is said here. */
export const TIMES: Readonly<Record<string, number>> = {
  what_if_large: 10,
  what_if_large_share: 10,
  impact_hub: 20,
  impact_prompt: 40,
  impact_common_prompt: 40,
};
