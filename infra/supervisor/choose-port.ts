import { HoplineError } from '../../engine/plan/errors.ts';
import { freePort, isPortFree } from '../process/free-port.ts';

/** The API's port: the one asked for or none, else the last life's or any free one.
 *  @throws PORT_IN_USE */
export async function chooseApiPort(asked: number | undefined, last: number | undefined): Promise<number> {
  if (asked === undefined) return freePort(last);
  if (await isPortFree(asked)) return asked;
  throw new HoplineError('PORT_IN_USE', `HOPLINE_PORT must be a free port that we may listen on, got: ${asked}`, {
    hint: 'choose another HOPLINE_PORT, or unset it for a free one',
  });
}
