import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { datasets } from '../operations/registry.ts';
import { table } from '../terminal/table.ts';

/** The registered datasets, newest version of each first. */
export async function dataLs(context: CommandContext): Promise<number> {
  const client = await connect(context);
  const found = (await client.query(datasets, {})).datasets.edges.map(({ node }) => node);
  if (context.json) context.print(JSON.stringify(found));
  else if (found.length === 0) context.print('no datasets yet: hopline data add NAME --reader READER --from DIR');
  else {
    const rows = found.map((set) => [
      set.name,
      set.digest.slice(0, 12),
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
