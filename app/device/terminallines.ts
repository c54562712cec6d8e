/** A longer line is cut, because no expected line is so long. */
const lineLimit = 1024;

/** Takes text and reports lines. */
export type TerminalLines = {
  show(text: string): void;
  /** The line of the cursor. */
  held(): string;
  forget(): void;
};

/**
 * Turns characters into lines as a person sees them. A CR without an LF begins the line again (a console prints log
 * over a half-typed line), backspace removes a character, and ESC sequences leave no trace.
 */
export function createTerminalLines(onLine: (line: string) => void): TerminalLines {
  let held = '';
  let tail = '';
  return {
    show(text) {
      const all = tail + text;
      // The end of the received text may cut a CR LF or a sequence in half.
      tail = /(?:\r+|\x1b(?:\[[0-9;?]{0,32})?)$/.exec(all)?.[0] ?? '';
      const parts = all.slice(0, all.length - tail.length);
      for (const part of parts.match(/\r*\n|\r|\x08|\x1b\[[0-9;?]*[@-~]|\x1b[^[\r\n\x08\x1b]|[^\r\n\x08\x1b]+|\x1b/g) ??
        []) {
        if (part.endsWith('\n')) {
          onLine(held.slice(0, lineLimit));
          held = '';
        } else if (part === '\r') held = '';
        else if (part === '\x08') held = held.slice(0, -1);
        else if (!part.startsWith('\x1b')) held = (held + part).slice(0, lineLimit + 1);
      }
    },
    held: () => held,
    forget() {
      held = '';
    },
  };
}
