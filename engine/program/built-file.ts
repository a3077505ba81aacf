import { resolve } from 'node:path';
import type { Build } from './build.ts';
import { houseFolder } from './house.ts';

/** What a build made of one of its entries. */
export const builtFile = ({ folder }: Build, entry: string): string =>
  resolve(houseFolder, folder, entry.replace(/\.ts$/, '.js'));
