import { describeError } from '../engine/plan/errors.ts';
import { startServer } from './start-server.ts';

/** The API server as a process of its own: says its address on stdout, ends on SIGTERM and SIGINT. */
try {
  const server = await startServer(process.env, (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`api listening on ${server.url}\n`);
  const end = (): void => void server.close().finally(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}
