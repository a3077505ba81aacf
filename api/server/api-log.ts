import { type Logger, pino } from 'pino';
import { HoplineError } from '../../engine/plan/errors.ts';

export type ApiLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof LEVELS)[number];

/** JSON lines, one an event. What could hold a secret is never given to it; what could by mistake is struck out.
 *  @throws CONFIG_INVALID for a level that there is none of */
export function openApiLog(write: (line: string) => void, level: string = 'info'): ApiLog {
  if (!LEVELS.includes(level as Level))
    throw new HoplineError('CONFIG_INVALID', `HOPLINE_LOG_LEVEL must be one of ${LEVELS.join(', ')}, got ${level}`);
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['authorization', 'cookie', 'token', 'variables', 'params', '*.authorization', '*.cookie', '*.token'],
    },
    { write: (line) => write(line.trimEnd()) },
  );
}

export const silentLog: ApiLog = pino({ level: 'silent' });
