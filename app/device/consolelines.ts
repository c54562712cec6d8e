/**
 * Cuts text from a console into lines, character by character. So it does not matter how the bytes were cut into
 * chunks.
 */

/** Takes bytes and reports lines and prompts. */
export type ConsoleLines = {
  feed(bytes: Uint8Array): void;
  /** The present line so far, without control sequences. */
  held(): string;
  /** Drops the present line. */
  reset(): void;
};

/** The form of a line, and the listeners. */
export type ConsoleLinesOptions = {
  /**
   * The longest line in characters. A longer line is reported in pieces with `whole` false, and none of them counts as
   * a line.
   */
  limit: number;
  /** The text that the device prints when it waits for input, without a line end. */
  prompt?: string | undefined;
  /** The line is never empty and has no prompts before it. `whole` is false for a piece of a line that is too long. */
  onLine: (line: string, whole: boolean) => void;
  /** Called for a prompt that stands alone on its line so far. */
  onPrompt: () => void;
};

/** ECMA-48: after ESC; within CSI (ESC [); within OSC (ESC ]), which ends with BEL or ESC \. */
type Escape = 'none' | 'escape' | 'csi' | 'osc';
/** A longer control sequence has lost its end on the way. */
const longestSequence = 64;

/**
 * Cuts bytes into lines. Carriage return and line feed both end a line. So does erasing it (CSI J and CSI K), because
 * some consoles print a log line over their prompt. Other control sequences are left out. Bytes count as characters
 * here. Whole lines are decoded as UTF-8, and invalid bytes become U+FFFD.
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

  /** Only this one can end a prompt. To look at all of a line at each of its characters would copy it as often. */
  const promptEnd = prompt.at(-1);

  const add = (char: string) => {
    held += char;
    if (char === promptEnd && !tooLong && held.endsWith(prompt) && withoutPrompts(held) === '') {
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
    // A line end counts even inside a control sequence, whose end was then lost.
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
