import type { EpochMetric } from '../../../engine/lineage/run-metrics.ts';
import { builder } from '../builder.ts';

/** One number of a fold, epoch by epoch. */
export interface Curve {
  node: string;
  name: string;
  points: EpochMetric[];
}

const CurvePointRef = builder.objectRef<EpochMetric>('CurvePoint').implement({
  fields: (t) => ({
    epoch: t.exposeInt('epoch', { description: '0 is the first.' }),
    value: t.exposeFloat('value'),
    checkpoint: t.field({ type: 'Digest', description: 'The state after this epoch.', resolve: (point) => point.checkpoint }),
  }),
});

export const CurveRef = builder.objectRef<Curve>('Curve').implement({
  description: 'One number that a fold measured of each of its epochs, such as its loss.',
  fields: (t) => ({
    node: t.exposeString('node'),
    name: t.exposeString('name'),
    points: t.field({ type: [CurvePointRef], resolve: (curve) => curve.points }),
  }),
});

/** Points, in the order of nodes, names and epochs, as curves. */
export function curvesOf(points: readonly EpochMetric[]): Curve[] {
  const curves: Curve[] = [];
  for (const point of points) {
    const last = curves.at(-1);
    if (last?.node === point.node && last.name === point.name) last.points.push(point);
    else curves.push({ node: point.node, name: point.name, points: [point] });
  }
  return curves;
}
