import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { datasets } from '../operations/registry.ts';
import { table } from '../terminal/table.ts';

/** The registered datasets, the latest of each name; or all versions of one name. */
export async function dataLs(context: CommandContext, name?: string): Promise<number> {
  const client = await connect(context);
  const found = (await client.query(datasets, { name: name ?? null })).datasets.edges.map(({ node }) => node);
  if (context.json) context.print(JSON.stringify(found));
  else if (found.length === 0)
    context.print(
      name === undefined ? 'no datasets yet: hopline data add NAME --reader READER --from DIR' : `no dataset of that name`,
    );
  else {
    const rows = found.map((set) => [
      set.name,
      name === undefined ? set.digest.slice(0, 12) : set.digest,
      set.reader,
      String(set.rows),
      set.registeredAt.slice(0, 19),
      JSON.stringify(set.params),
    ]);
    context.print(
      table(
        [
          { title: 'dataset' },
          { title: 'digest' },
          { title: 'reader' },
          { title: 'rows', align: 'right' },
          { title: 'registered' },
          { title: 'params', most: 60 },
        ],
        rows,
      ),
    );
  }
  return 0;
}
