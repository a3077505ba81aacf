/** What `scripts/build-programs.mjs` puts in the place of HOPLINE_BUILD. */
export interface Build {
  /** Its folder, `generated/program/HASH`, from the house. */
  folder: string;
  /** The sources from the house that have a file of their own in it: programs, what projects import, modules of steps. */
  entries: string[];
}

declare const HOPLINE_BUILD: Build | undefined;

/** The build that this process runs from; null when it runs from the TypeScript sources, as tests and the fault programme do. */
export const build: Build | null = typeof HOPLINE_BUILD === 'undefined' ? null : HOPLINE_BUILD;
