/** A command line as Zephyr's shell splits it (zephyr: subsys/shell/shell_utils.c, `z_shell_make_argv`). */
export type CommandLine = {
  argv: string[];
  /** The quote that does not end; empty when there is none. */
  open: '' | '"' | "'";
};

/** Splits the line at blanks outside quotes. A backslash makes the next character plain; within quotes only a quote. */
export function splitCommand(line: string): CommandLine {
  const argv: string[] = [];
  let word: string | undefined;
  let open: CommandLine['open'] = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (open === '' && character === ' ') {
      if (word !== undefined) argv.push(word);
      word = undefined;
    } else if (character === '\\' && (open === '' || line[at + 1] === open)) {
      at += 1;
      word = (word ?? '') + (line[at] ?? '');
    } else if (open === '' && (character === '"' || character === "'")) {
      open = character;
      word ??= '';
    } else if (character === open) open = '';
    else word = (word ?? '') + character;
  }
  if (word !== undefined) argv.push(word);
  return { argv, open };
}
