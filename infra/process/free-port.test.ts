import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test.skipIf(process.platform !== 'linux')(
  'no two processes are handed the same port, though none listens there yet',
  async () => {
    const entry = join(import.meta.dirname, 'free-port.ts');
    const ask = async (): Promise<number[]> => {
      // Both draw the same numbers.
      const program = `let draws = 0; Math.random = () => 0.5 + draws++ / 12_000;
      const { freePort } = await import(${JSON.stringify(entry)});
      console.log(JSON.stringify([await freePort(), await freePort()]));
      await new Promise((resolve) => process.stdin.once('end', resolve).resume());`;
      const asked = execFile(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
      children.push(asked);
      return new Promise((resolve) => asked.stdout!.once('data', (line) => resolve(JSON.parse(String(line)))));
    };
    const children: ReturnType<typeof execFile>[] = [];
    try {
      const ports = (await Promise.all([ask(), ask()])).flat();
      expect(new Set(ports).size).toBe(4);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  },
);

test('a preferred port is handed out as long as nobody listens there', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(await freePort(port)).not.toBe(port);
  server.close();
});
