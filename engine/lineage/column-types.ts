import pg from 'pg';

const BYTEA = 17;
const INT8 = 20;

/** How columns arrive: digests as hex, ids and sizes as numbers (they stay below 2^53), the rest as pg has it. */
export const columnTypes = {
  getTypeParser(type: number, format?: string): unknown {
    if (format !== 'binary' && type === BYTEA) return (text: string) => text.slice(2);
    if (format !== 'binary' && type === INT8) return Number;
    return pg.types.getTypeParser(type, format as 'text');
  },
} as pg.CustomTypesConfig;
