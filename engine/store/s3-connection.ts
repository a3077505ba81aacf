import type { S3 } from '@aws-sdk/client-s3';
import { s3Client, s3Settings } from './s3-client.ts';
import { s3Error, timedOut } from './s3-errors.ts';

/** One call on a store, its requests and their repetitions together. */
export interface S3Call {
  s3: S3;
  /** Ends the call when its time is over. */
  signal: AbortSignal;
  /** More time, for this many bytes that turned out to come. */
  extend(bytes: number): void;
}

/** The way to a server: made at the first use, the same from then on. */
export class S3Connection {
  readonly #url: string;
  readonly #env: NodeJS.ProcessEnv;
  #client: Promise<S3> | undefined;

  constructor(url: string, env: NodeJS.ProcessEnv) {
    this.#url = url;
    this.#env = env;
  }

  /** Does `work` within the time for a call that moves so many bytes.
   *  @throws what went wrong as an error of the store: see s3-errors.ts */
  async call<T>(purpose: 'read' | 'write', bytes: number, work: (call: S3Call) => Promise<T>): Promise<T> {
    const settings = s3Settings(this.#env);
    const controller = new AbortController();
    const end = (): void => controller.abort();
    let time = settings.timeout + timeFor(bytes);
    let timer = setTimeout(end, time);
    const began = Date.now();
    const extend = (more: number): void => {
      clearTimeout(timer);
      time += timeFor(more);
      timer = setTimeout(end, began + time - Date.now());
    };
    try {
      this.#client ??= s3Client(settings);
      return await work({ s3: await this.#client, signal: controller.signal, extend });
    } catch (error) {
      throw controller.signal.aborted ? timedOut(this.#url, time / 1000) : s3Error(this.#url, purpose, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A second a MiB: slower than that is as good as gone. */
const timeFor = (bytes: number): number => (1000 * bytes) / 2 ** 20;
