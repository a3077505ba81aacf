// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const colours = /\u001b\[[0-9;]*m/g;

/** Characters that a terminal shows: colours take no room. */
export const visibleLength = (text: string): number => text.replace(colours, '').length;
