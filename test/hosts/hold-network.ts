/** A program for a test: builds hosts, starts something on one, says so and waits to be killed. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { buildNetwork } from './network.ts';
import { folderPrefix } from './network-names.ts';

const network = buildNetwork();
mkdtempSync(folderPrefix());
const start = ([command, ...args]: string[]): number => spawn(command!, args, { stdio: 'ignore' }).pid!;
const pids = [start([...network.on('a'), 'sleep', '600']), start([...network.alone('c'), 'sh', '-c', 'sleep 600; true'])];
process.stdout.write(`${JSON.stringify({ pid: process.pid, pids })}\n`);
setInterval(() => undefined, 1000);
