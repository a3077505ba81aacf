import { type Digest, digestJsonList } from '../plan/digest.ts';
import type { Json } from '../plan/json.ts';
import type { DecisionOutput } from '../plan/step-io.ts';

/** Decisions as a result carries them: some 100 bytes each, which a million of them can be sent in; as objects they take five times that, on both
 *  sides.
 *
 *  A record: key of the sample (32 bytes), kept (1), rank, threshold (float64 each, little-endian; NaN for no threshold). The reasons of
 *  a chunk are one JSON list, UTF-8. */
export interface DecisionColumns {
  count: number;
  /** DECISIONS_A_CHUNK each. */
  chunks: { records: Uint8Array; reasons: Uint8Array }[];
  /** Of the list of them in canonical JSON, as the step gave it. */
  digest: Digest;
}

const KEY = 32;
const RECORD = KEY + 1 + 8 + 8;
const DECISIONS_A_CHUNK = 16_384;

export function packDecisions(decisions: readonly DecisionOutput[]): DecisionColumns {
  const chunks: DecisionColumns['chunks'] = [];
  for (let from = 0; from < decisions.length; from += DECISIONS_A_CHUNK) {
    const part = decisions.slice(from, from + DECISIONS_A_CHUNK);
    const records = Buffer.alloc(part.length * RECORD);
    for (const [place, { sampleKey, kept, rank, threshold = Number.NaN }] of part.entries()) {
      const at = place * RECORD;
      records.write(sampleKey, at, KEY, 'hex');
      records.writeUInt8(kept ? 1 : 0, at + KEY);
      records.writeDoubleLE(rank, at + KEY + 1);
      records.writeDoubleLE(threshold, at + KEY + 9);
    }
    chunks.push({ records, reasons: Buffer.from(JSON.stringify(part.map(({ reason }) => reason))) });
  }
  return { count: decisions.length, chunks, digest: digestJsonList(decisions as readonly unknown[] as Json[]) };
}

/** The decisions again, a chunk at a time. */
export function* unpackDecisions({ chunks }: DecisionColumns): Generator<DecisionOutput[]> {
  for (const chunk of chunks) {
    const records = Buffer.from(chunk.records.buffer, chunk.records.byteOffset, chunk.records.byteLength);
    const reasons = JSON.parse(Buffer.from(chunk.reasons).toString('utf8')) as string[];
    yield reasons.map((reason, place): DecisionOutput => {
      const at = place * RECORD;
      const threshold = records.readDoubleLE(at + KEY + 9);
      return {
        sampleKey: records.toString('hex', at, at + KEY),
        kept: records.readUInt8(at + KEY) === 1,
        rank: records.readDoubleLE(at + KEY + 1),
        ...(Number.isNaN(threshold) ? {} : { threshold }),
        reason,
      };
    });
  }
}
