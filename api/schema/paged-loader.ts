import { batchLoader } from './batch-loader.ts';

/** A loader of pages of lists: what is asked for with the same page of several things is one statement. `load` answers by thing; those without a
 *  row are missing. */
export function pagedLoader<K extends number | string, P extends object, T>(
  load: (ids: K[], page: P) => Promise<ReadonlyMap<K, readonly T[]>>,
): (id: K, page: P) => Promise<readonly T[]> {
  const byPage = new Map<string, (id: K) => Promise<readonly T[]>>();
  return (id, page) => {
    const name = JSON.stringify(page);
    const known =
      byPage.get(name) ??
      batchLoader<K, readonly T[]>(async (ids) => {
        const rows = await load(ids, page);
        return ids.map((each) => rows.get(each) ?? []);
      });
    byPage.set(name, known);
    return known(id);
  };
}
