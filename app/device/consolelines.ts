/** Text from a console, cut into lines character by character, so that how the bytes were cut into chunks never matters. */

/** Takes bytes and tells lines and prompts. */
export type ConsoleLines = {
  feed(bytes: Uint8Array): void;
  /** The line so far, without control sequences. */
  held(): string;
  /** Forgets the line so far. */
  reset(): void;
};

/** What a line is, and who is told. */
export type ConsoleLinesOptions = {
  /** Characters of one line; of a longer one the pieces are told with `whole` false, and none of them is a line. */
  limit: number;
  /** What the device prints when it waits for input, without a line end. */
  prompt?: string | undefined;
  /** Never empty, without prompts before it; `whole` is false for a piece of a line that is too long. */
  onLine: (line: string, whole: boolean) => void;
  /** A prompt, and nothing else on its line so far. */
  onPrompt: () => void;
};

/** ECMA-48: after ESC; within CSI (ESC [); within OSC (ESC ]), which ends with BEL or ESC \. */
type Escape = 'none' | 'escape' | 'csi' | 'osc';
/** A control sequence longer than this is none: its end was lost on the way. */
const longestSequence = 64;

/**
 * Carriage return and line feed both end a line, as does erasing it (CSI J and CSI K: a console that prints a log line over
 * its prompt). Other control sequences are left out. Bytes are characters here; whole lines are decoded as UTF-8, and what is
 * none becomes U+FFFD.
 */
export function createConsoleLines({ limit, prompt = '', onLine, onPrompt }: ConsoleLinesOptions): ConsoleLines {
  let held = '';
  let within: Escape = 'none';
  let sequence = 0;
  let tooLong = false;

  const withoutPrompts = (line: string): string => {
    let rest = line;
    while (prompt !== '' && rest.startsWith(prompt)) rest = rest.slice(prompt.length);
    return rest;
  };

  const end = () => {
    const line = withoutPrompts(held);
    const whole = !tooLong;
    held = '';
    tooLong = false;
    if (line !== '' && line !== prompt.trimEnd()) onLine(decode(line), whole);
  };

  const add = (char: string) => {
    held += char;
    if (prompt !== '' && !tooLong && held.endsWith(prompt) && withoutPrompts(held) === '') {
      held = prompt;
      onPrompt();
    } else if (held.length >= limit) {
      tooLong = true;
      const piece = held;
      held = '';
      onLine(decode(piece), false);
    }
  };

  const inSequence = (char: string): Escape => {
    sequence += 1;
    if (sequence > longestSequence) return 'none';
    if (char === '\x1b') return 'escape';
    if (within === 'escape') return char === '[' ? 'csi' : char === ']' ? 'osc' : 'none';
    if (within === 'osc') return char === '\x07' ? 'none' : 'osc';
    if (char < '@' || char > '~') return 'csi';
    if (char === 'J' || char === 'K') end();
    return 'none';
  };

  const onChar = (char: string) => {
    // A line end is one even where the end of a control sequence was lost.
    if (char === '\r' || char === '\n') {
      within = 'none';
      end();
    } else if (within !== 'none') within = inSequence(char);
    else if (char === '\x1b') {
      within = 'escape';
      sequence = 0;
    } else if (char === '\b') held = held.slice(0, -1);
    else add(char);
  };

  return {
    feed(bytes) {
      for (const byte of bytes) onChar(String.fromCharCode(byte));
    },
    held: () => held,
    reset() {
      held = '';
      within = 'none';
      tooLong = false;
    },
  };
}

const decode = (line: string): string => Buffer.from(line, 'latin1').toString('utf8');
