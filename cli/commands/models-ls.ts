import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { models } from '../operations/registry.ts';
import { table } from '../terminal/table.ts';

/** The registered models, the latest of each name; or all versions of one name. */
export async function modelsLs(context: CommandContext, name?: string): Promise<number> {
  const client = await connect(context);
  const found = (await client.query(models, { name: name ?? null })).models.edges.map(({ node }) => node);
  if (context.json) context.print(JSON.stringify(found));
  else if (found.length === 0)
    context.print(
      name === undefined ? 'no models yet: hopline models add NAME --adapter ADAPTER --from DIR' : `no model of that name`,
    );
  else {
    const rows = found.map((model) => [
      model.name,
      name === undefined ? model.digest.slice(0, 12) : model.digest,
      model.adapter,
      `${(Number(model.bytes) / 1e6).toFixed(1)} MB`,
      model.license ?? '-',
      model.registeredAt.slice(0, 19),
      model.source,
    ]);
    context.print(
      table(
        [
          { title: 'model' },
          { title: 'digest' },
          { title: 'adapter' },
          { title: 'size', align: 'right' },
          { title: 'license' },
          { title: 'registered' },
          { title: 'from', most: 60 },
        ],
        rows,
      ),
    );
  }
  return 0;
}
