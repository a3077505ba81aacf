/** Reads what Python's `repr` writes of dicts, lists, texts and numbers: the lines of MNRE's files. @throws SyntaxError with the place */
export function parsePythonLiteral(text: string): unknown {
  let at = 0;
  const fail = (wanted: string): never => {
    throw new SyntaxError(`Python literal must have ${wanted} at ${at}, got ${JSON.stringify(text.slice(at, at + 20))}`);
  };
  const skipBlanks = (): void => {
    while (text[at] === ' ') at++;
  };
  const taken = (sign: string): boolean => {
    skipBlanks();
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const listUntil = (end: string, element: () => void): void => {
    while (!taken(end)) {
      element();
      if (!taken(',')) {
        if (!taken(end)) fail(`, or ${end}`);
        return;
      }
    }
  };
  const value = (): unknown => {
    skipBlanks();
    const sign = text[at];
    if (sign === '{') {
      at++;
      const entries: [string, unknown][] = [];
      listUntil('}', () => {
        const key = value();
        if (!taken(':')) fail(':');
        entries.push([String(key), value()]);
      });
      return Object.fromEntries(entries);
    }
    if (sign === '[' || sign === '(') {
      at++;
      const elements: unknown[] = [];
      listUntil(sign === '[' ? ']' : ')', () => elements.push(value()));
      return elements;
    }
    if (sign === "'" || sign === '"') return quoted(sign);
    const [word] = /^(-?\d+(\.\d+)?(e[+-]?\d+)?|None|True|False)/.exec(text.slice(at, at + 40)) ?? [];
    if (word === undefined) return fail('a value');
    at += word.length;
    return word === 'None' ? null : word === 'True' ? true : word === 'False' ? false : Number(word);
  };
  const quoted = (quote: string): string => {
    let result = '';
    for (at++; text[at] !== quote; at++) {
      if (at >= text.length) fail(`a closing ${quote}`);
      if (text[at] !== '\\') result += text[at];
      else result += escaped();
    }
    at++;
    return result;
  };
  /** Behind a backslash; leaves `at` on the escape's last character. */
  const escaped = (): string => {
    const kind = text[++at]!;
    const digits = { x: 2, u: 4, U: 8 }[kind];
    if (digits === undefined) return { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }[kind] ?? kind;
    const code = Number.parseInt(text.slice(at + 1, at + 1 + digits), 16);
    if (Number.isNaN(code)) fail(`${digits} hex digits`);
    at += digits;
    return String.fromCodePoint(code);
  };
  const result = value();
  skipBlanks();
  if (at < text.length) fail('nothing more');
  return result;
}
