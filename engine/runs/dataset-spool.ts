import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lines that are held before they are written, and bytes that are read at once. */
const HELD = 1_000;
const READ = 1 << 20;

/** Rows on their way from a reader to the database, as JSON lines in a temporary file: they are counted, checked and digested before the first
 *  one is stored, and may be stored twice, and no more than a page of them is in memory. Lone surrogates come back as they were. */
export class DatasetSpool<T> {
  private readonly folder: string;
  private readonly descriptor: number;
  private held: string[] = [];
  private written = 0;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'hopline-rows-'));
    this.descriptor = openSync(join(this.folder, 'rows.jsonl'), 'wx+', 0o600);
  }

  add(row: T): void {
    this.held.push(JSON.stringify(row));
    if (this.held.length >= HELD) this.flush();
  }

  /** All rows so far, in their order, so many at a time. */
  *pages(size: number): Generator<T[]> {
    this.flush();
    let page: T[] = [];
    for (const line of this.lines()) {
      page.push(JSON.parse(line) as T);
      if (page.length < size) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  close(): void {
    closeSync(this.descriptor);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private flush(): void {
    if (this.held.length === 0) return;
    const bytes = Buffer.from(`${this.held.join('\n')}\n`, 'utf8');
    this.held = [];
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.descriptor, bytes, done, bytes.length - done, this.written + done);
    this.written += bytes.length;
  }

  private *lines(): Generator<string> {
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 0; at < this.written; ) {
      const read = Buffer.allocUnsafe(Math.min(READ, this.written - at));
      const count = readSync(this.descriptor, read, 0, read.length, at);
      if (count === 0) throw new Error(`${this.folder} was cut off at ${at} of ${this.written} bytes`);
      at += count;
      const bytes = Buffer.concat([rest, read.subarray(0, count)]);
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield bytes.toString('utf8', from, end);
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
  }
}
