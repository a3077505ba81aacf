import type { Decoding } from '../decoder/text-decoder.ts';
import type { Search } from './search.ts';

/** Steps searches through a decoder until all are done. Their texts are of one length; one that is done leaves the batch.
 *  Search n belongs to picture n of the decoding. */
export async function runSearches(searches: readonly Search[], decoding: Decoding): Promise<void> {
  let live = searches.map((search, picture) => ({ search, firstRow: picture })).filter(({ search }) => !search.done);
  while (live.length > 0) {
    const sequences = live.flatMap(({ search }) => search.sequences);
    const from = live.flatMap(({ search, firstRow }) => search.parents.map((parent) => firstRow + parent));
    const logits = await decoding.next(sequences, from);
    let row = 0;
    const next = [];
    for (const { search } of live) {
      const firstRow = row;
      row += search.sequences.length;
      search.advance(logits.slice(firstRow, row));
      if (!search.done) next.push({ search, firstRow });
    }
    live = next;
  }
}
