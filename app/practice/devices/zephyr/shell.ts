import type { DeviceEnd } from '../wire.ts';

/**
 * The line discipline of Zephyr's shell on a UART (zephyr: subsys/shell/shell.c, shell_ops.c, backends/shell_uart.c):
 * echo, prompt, colours, lines that wrap, logs that erase and reprint the typed line, raw input, a small ring buffer.
 */
export type Shell = {
  /** Takes bytes that arrived at `atMs`. */
  feed(bytes: Uint8Array, atMs: number): void;
  /** One `shell_fprintf`, printed when the running command is done; `\n` becomes CR LF. */
  print(text: string, color?: Color): void;
  /** Makes the running command take this much longer. */
  work(ms: number): void;
  /** A log line of another thread. It erases the typed line and prints it again below. */
  log(level: 'inf' | 'wrn' | 'err', text: string): void;
  /** Raw input goes to `take` until this is called with `undefined` (`shell_set_bypass`). */
  bypass(take: ((bytes: Uint8Array) => void) | undefined): void;
  /** Sends the printed text. */
  flush(): void;
  /** Stops reading and sending. */
  halt(): void;
};

export type Color = 'normal' | 'error' | 'warning' | 'info';

export type ShellOptions = {
  wire: DeviceEnd;
  /** CONFIG_SHELL_PROMPT_UART. */
  prompt: string;
  /** CONFIG_SHELL_VT100_COLORS. */
  colors: boolean;
  /** CONFIG_SHELL_ECHO_STATUS. */
  echo: boolean;
  /** CONFIG_SHELL_BACKEND_SERIAL_RX_RING_BUFFER_SIZE; its default is 64. */
  ringBytes: number;
  nowMs: number;
  execute: (line: string) => void;
  /**
   * Called for each character of a command and before each printed line, where the log of another thread may come in
   * between.
   */
  interrupt: (where: 'typing' | 'printing' | 'prompt') => void;
  silent: () => boolean;
};

/** CONFIG_SHELL_CMD_BUFF_SIZE and CONFIG_SHELL_DEFAULT_TERMINAL_WIDTH. */
const commandLimit = 256;
const width = 80;
const codes: Record<Color, string> = { normal: '', error: '\x1b[1;31m', warning: '\x1b[1;33m', info: '\x1b[1;32m' };
const levels = { inf: '', wrn: codes.warning, err: codes.error };

export function createShell(options: ShellOptions): Shell {
  const { wire, prompt, echo, ringBytes } = options;
  let nowMs = options.nowMs;
  let busyUntilMs = nowMs;
  /** Bytes that wait in the ring buffer for the shell's thread. */
  let held = 0;
  let typed = '';
  let lastNewline = '';
  /** The state within an escape sequence of the keyboard, which this shell swallows. */
  let sequence: 'no' | 'begun' | 'inside' = 'no';
  let raw: ((bytes: Uint8Array) => void) | undefined;
  let out = '';
  /** True also while it boots, when there is no prompt yet. */
  let running = true;
  let halted = false;

  const flush = () => {
    const text = out;
    out = '';
    if (text && !halted && !options.silent()) wire.send(Buffer.from(text, 'latin1'), busyUntilMs);
  };
  const put = (text: string) => {
    out += text.replaceAll('\n', '\r\n');
  };
  const colored = (text: string, color: Color) =>
    put(options.colors && codes[color] ? `${codes[color]}${text}\x1b[m` : text);
  /** Prints the prompt and the typed line, broken where the terminal would break it (`z_shell_print_cmd`). */
  const reprint = () => {
    colored(prompt, 'info');
    const shown = echo ? typed : '';
    for (let at = 0, room = width - prompt.length; at < shown.length; at += room, room = width)
      put((at === 0 ? '' : '\n') + shown.slice(at, at + room));
  };
  const atLineStart = () => (prompt.length + (echo ? typed.length : 0)) % width === 0;

  const erase = () => {
    const column = (prompt.length + (echo ? typed.length : 0)) % width;
    put(`${column > 0 ? `\x1b[${column}D` : ''}\x1b[J`);
  };
  /**
   * Prints for a source that is not a command: over the typed line, which then comes again below (`shell_vfprintf`).
   */
  const over = (print: () => void) => {
    if (running || raw) return print();
    erase();
    print();
    reprint();
  };
  const print = (text: string, color: Color = 'normal') => {
    options.interrupt('printing');
    over(() => colored(text, color));
  };

  const logText = (level: keyof typeof levels, text: string) => {
    const [, whole = '0', part = '000'] = /^(\d+)\.(\d{3})/.exec((nowMs / 1000).toFixed(3)) ?? [];
    const seconds = Number(whole);
    const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((each) =>
      String(Math.floor(each)).padStart(2, '0'),
    );
    const body = `<${level}> ${text}`;
    return `[${clock.join(':')}.${part},000] ${options.colors ? `${levels[level]}${body}\x1b[0m` : body}\n`;
  };
  const log = (level: keyof typeof levels, text: string) => over(() => put(logText(level, text)));

  const ready = () => {
    typed = '';
    if (raw) return;
    reprint();
    options.interrupt('prompt');
  };

  const enter = () => {
    if (!atLineStart() || typed === '') put('\n');
    flush();
    if (typed !== '') {
      running = true;
      options.execute(typed);
      running = false;
    }
    if (!halted) ready();
  };

  const key = (character: string) => {
    if (character === '\r' || character === '\n') {
      // CR LF is one Enter, CR CR are two (`process_nl`).
      const second = lastNewline !== '' && character !== lastNewline;
      lastNewline = second ? lastNewline : character;
      if (!second) enter();
      return;
    }
    lastNewline = '';
    if (sequence === 'begun') sequence = character === '[' ? 'inside' : 'no';
    else if (sequence === 'inside') sequence = 'no';
    else if (character === '\x1b') sequence = 'begun';
    else if (character === '\x03') {
      if (!atLineStart()) put('\n');
      ready();
    } else if (character === '\x15') {
      put(typed === '' ? '' : `\x1b[${typed.length}D\x1b[J`);
      typed = '';
    } else if (character === '\x08' || character === '\x7f') {
      put(typed === '' ? '' : '\x1b[1D\x1b[J');
      typed = typed.slice(0, -1);
    } else if (character >= ' ' && character <= '~' && typed.length < commandLimit - 1) {
      typed += character;
      if (!echo) return;
      put(character);
      if (atLineStart()) put('\n');
      options.interrupt('typing');
    }
  };

  return {
    feed(bytes, atMs) {
      if (halted) return;
      running = false;
      nowMs = atMs;
      if (atMs >= busyUntilMs) {
        held = 0;
        busyUntilMs = atMs;
      }
      const taken = bytes.subarray(0, Math.max(0, ringBytes - held));
      if (held > 0) held += taken.length;
      for (let at = 0; at < taken.length && !halted; at += 1) {
        if (raw) {
          // A thread that reads raw takes up to sixteen bytes at a time.
          const piece = taken.subarray(at, at + 16);
          at += piece.length - 1;
          raw(piece);
          if (!raw) ready();
          continue;
        }
        key(String.fromCharCode(taken[at] ?? 0));
        if (busyUntilMs > atMs && held === 0) held = taken.length - at - 1;
      }
      if (taken.length < bytes.length) log('wrn', 'shell_uart: RX ring buffer full.');
      flush();
    },
    print,
    work(ms) {
      flush();
      busyUntilMs += ms;
    },
    log,
    bypass(take) {
      raw = take;
    },
    flush,
    halt() {
      halted = true;
    },
  };
}
