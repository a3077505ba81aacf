import type { MadeItem, OrderItem, WorkOrder, WorkResult } from '../engine/compute/order.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import type { BatchLimits } from './batch-limits.ts';

/** How an order is computed. `alone`: on a host that has nothing else in hand, so that whoever kills it is known. */
export type Compute = (order: WorkOrder, options: { alone: boolean }) => Promise<WorkResult>;

export interface PartsOptions {
  node: string;
  limits: BatchLimits;
  compute: Compute;
  log(line: string): void;
}

/** Times that a batch may take its host with it before it is suspected and bisected. */
const SUSPECTED_AFTER = 2;
/** Times that a single item, alone on its host, must run out of memory or end it before it is condemned: once may be somebody else's doing. */
const CONDEMNED_AFTER = 2;
/** The same where the host was killed by SIGKILL and the kernel has not run out of memory: an operator or a fault programme does that,
 *  and a step hardly ever. */
const CONDEMNED_AFTER_KILLS = 5;

/** Computes a map order, in smaller parts where it must be. One that runs out of memory is halved, down to single items; one that takes
 *  its host with it twice is bisected until the item that does it stands alone. That item fails with the reason; the others are made as
 *  they would have been, since an item depends on its key and seed and not on its neighbours.
 *  @throws everything else that computing throws */
export async function computeInParts(order: WorkOrder, options: PartsOptions): Promise<WorkResult> {
  const { result } = await computePart(order, options, 'trusted');
  return { ...result, id: order.id };
}

interface Part {
  result: WorkResult;
  /** Whether an item of it was condemned: then the part's size was not to blame. */
  condemned: boolean;
}

async function computePart(order: WorkOrder, options: PartsOptions, standing: 'trusted' | 'suspected'): Promise<Part> {
  const { node, limits, compute, log } = options;
  const items = order.items!;
  if (items.length > 1 && !limits.fits(node, items.length)) return computeHalves(order, options, standing);
  const alone = items.length === 1;
  for (let losses = 1; ; losses++) {
    try {
      return { result: await compute(order, { alone: losses > 1 || standing === 'suspected' }), condemned: false };
    } catch (error) {
      const loss = lossOf(error);
      if (!loss) throw error;
      if (alone && losses >= (loss.killed ? CONDEMNED_AFTER_KILLS : CONDEMNED_AFTER)) {
        log(`item ${items[0]!.key} of node ${node} is recorded as failed: ${loss.error.code} ${loss.error.message}`);
        return { result: failedResult(order, loss.error), condemned: true };
      }
      if (alone) continue;
      if (loss.error.code === 'DEVICE_LOST' && losses < (standing === 'suspected' ? 1 : SUSPECTED_AFTER)) continue;
      log(`batch of ${items.length} items of node ${node} is halved: ${loss.error.code} ${loss.error.message}`);
      const parts = await computeHalves(order, options, loss.error.code === 'DEVICE_LOST' ? 'suspected' : standing);
      if (loss.error.code === 'DEVICE_OUT_OF_MEMORY' && !parts.condemned) limits.learn(node, items.length);
      return parts;
    }
  }
}

async function computeHalves(order: WorkOrder, options: PartsOptions, standing: 'trusted' | 'suspected'): Promise<Part> {
  const items = order.items!;
  const middle = Math.ceil(items.length / 2);
  const first = await computePart(partOf(order, items.slice(0, middle), 'a'), options, standing);
  const second = await computePart(partOf(order, items.slice(middle), 'b'), options, standing);
  return { result: joined(first.result, second.result), condemned: first.condemned || second.condemned };
}

const partOf = (order: WorkOrder, items: OrderItem[], name: string): WorkOrder => ({
  ...order,
  id: `${order.id}.${name}`,
  items,
});

/** The items of both, each with the shard that it lies in. */
function joined(a: WorkResult, b: WorkResult): WorkResult {
  return {
    id: a.id,
    artifact: null,
    items: [...placed(a), ...placed(b)],
    seconds: a.seconds + b.seconds,
    rss: Math.max(a.rss, b.rss),
    ...((a.device ?? b.device) ? { device: (a.device ?? b.device)! } : {}),
  };
}

const placed = ({ items = [], artifact }: WorkResult): MadeItem[] =>
  items.map((item) => (item.row < 0 || !artifact ? item : { artifact, ...item }));

function failedResult({ id, items }: WorkOrder, { code, message }: HoplineError): WorkResult {
  const failed = `${code} ${message}`;
  return {
    id,
    artifact: null,
    items: items!.map(({ key }) => ({ key, row: -1, contentDigest: null, bytes: 0, failed })),
    seconds: 0,
    rss: 0,
  };
}

/** A host that was lost or ran out of memory, and whether it was killed from outside. */
function lossOf(error: unknown): { error: HoplineError; killed: boolean } | null {
  if (!(error instanceof HoplineError) || !['DEVICE_LOST', 'DEVICE_OUT_OF_MEMORY'].includes(error.code)) return null;
  return { error, killed: error.code === 'DEVICE_LOST' && error.details.signal === 'SIGKILL' };
}
