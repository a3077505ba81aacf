/** MiB of JavaScript objects from which on V8 looks through the old ones for garbage. By itself it begins with a few and counts arrays
 *  outside of its heap, of which every batch brings new ones: it marked the whole heap up to 30 times a second, 13 % of a captioner's time. */
const FIRST_MARKING = 128;

/** Node's flags for a device host. @param heapMegabytes limit of the JavaScript heap, MiB; at least 64 are taken */
export function hostFlags(heapMegabytes: number): string[] {
  const limit = Math.max(64, Math.floor(heapMegabytes));
  return [`--max-old-space-size=${limit}`, `--initial-old-space-size=${Math.min(FIRST_MARKING, limit)}`];
}
