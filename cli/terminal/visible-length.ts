// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const colours = /\u001b\[[0-9;]*m/g;

export const withoutColours = (text: string): string => text.replace(colours, '');

/** Characters that a terminal shows: colours take no room. */
export const visibleLength = (text: string): number => withoutColours(text).length;
