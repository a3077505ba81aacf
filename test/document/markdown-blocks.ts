export interface MarkdownBlock {
  /** The nearest heading above it. */
  heading: string;
  /** What stands behind the fence: `sh`, `json`, empty. */
  language: string;
  text: string;
}

/** The fenced blocks of a page, in order. */
export function markdownBlocks(page: string): MarkdownBlock[] {
  const found: MarkdownBlock[] = [];
  let heading = '';
  for (const [, title, language, text] of page.matchAll(/^#+ (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else found.push({ heading, language: language!, text: text! });
  }
  return found;
}
