/** An option that may be repeated: its values in their order. */
export const collectOption = (value: string, earlier: readonly string[]): string[] => [...earlier, value];
