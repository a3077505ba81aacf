/** What a slice has learned about how much of a node fits into memory at a time: a batch that had to be halved once is not tried whole
 *  again for every task. */
export class BatchLimits {
  /** By node: the smallest number of items that ran out of memory without any of them being to blame. */
  private readonly tooLarge = new Map<string, number>();

  learn(node: string, items: number): void {
    this.tooLarge.set(node, Math.min(items, this.tooLarge.get(node) ?? Number.POSITIVE_INFINITY));
  }

  fits(node: string, items: number): boolean {
    return items < (this.tooLarge.get(node) ?? Number.POSITIVE_INFINITY);
  }
}
