/** One figure as a JSON line. */
export function print(name: string, value: number, unit: string, more: object = {}): void {
  console.log(JSON.stringify({ name: `events.${name}`, value: Math.round(value * 1000) / 1000, unit, ...more }));
}
