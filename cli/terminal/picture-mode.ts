/** How a picture gets to the reader: drawn by a protocol of the terminal or in coloured half blocks, written as a file, or named only. */
export const PICTURE_MODES = ['iterm', 'kitty', 'blocks', 'files', 'none'] as const;
export type PictureMode = (typeof PICTURE_MODES)[number];

/** What the terminal says that it can: it is never asked, since an answer would land among what the user types. Whoever pipes, or wants no
 *  colours (https://no-color.org), gets files. */
export function pictureMode(env: NodeJS.ProcessEnv, isTerminal: boolean): PictureMode {
  const { TERM = '', TERM_PROGRAM = '' } = env;
  if (!isTerminal || env.NO_COLOR || TERM === 'dumb' || TERM === '') return 'files';
  // tmux and screen keep the variables of the terminal around them, and swallow its protocols.
  const multiplexed = Boolean(env.TMUX || env.STY) || /^(screen|tmux)/.test(TERM);
  if (!multiplexed && (env.KITTY_WINDOW_ID || /^xterm-(kitty|ghostty)/.test(TERM) || TERM_PROGRAM === 'ghostty')) return 'kitty';
  // LC_TERMINAL comes along through ssh.
  if (!multiplexed && (/^(iTerm\.app|WezTerm|mintty)$/.test(TERM_PROGRAM) || env.LC_TERMINAL === 'iTerm2')) return 'iterm';
  return /^(truecolor|24bit)$/.test(env.COLORTERM ?? '') || TERM.endsWith('-direct') ? 'blocks' : 'files';
}
