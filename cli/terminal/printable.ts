// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const commands = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text of a dataset or a model as the terminal may get it: control characters could move the cursor, set its title or hide what follows,
 *  and marks of writing direction could turn it round. Each becomes one �. Tabs and newlines stay. */
export const printable = (text: string): string => text.replace(commands, '�');
