/** How firmware beside the modem takes commands from the serial line: Nordic's AT host, or a Zephyr shell with `at`. */
import { splitCommand } from '../shellwords.ts';
import type { Terminal } from '../text.ts';

/** CONFIG_AT_HOST_CMD_MAX_LEN. One byte is for the end of the string. */
export const hostBufferBytes = 4096;

/** CONFIG_AT_HOST_TERMINATION; its default is CR. */
export type Termination = 'null' | 'cr' | 'lf' | 'crlf';

/** The state of the AT host since power-up. It outlives a connection. */
export type HostState = { typed: string; quoted: boolean };
export const freshHost = (): HostState => ({ typed: '', quoted: false });

/**
 * Nordic's AT host (sdk-nrf: lib/at_host/at_host.c, `uart_rx_handler`). Within quotes line ends are text. When its
 * buffer is full, it drops every further byte. If a text is open then, its closing quote is dropped, too, and no command
 * ever ends: the host answers nothing until its power goes, or until a backspace makes room for a quote.
 */
export async function serveHost(
  terminal: Terminal,
  state: HostState,
  termination: Termination,
  run: (command: string) => Promise<void>,
): Promise<void> {
  const ends = (character: string) =>
    termination === 'crlf'
      ? character === '\n' && state.typed.endsWith('\r')
      : character === { null: '\0', cr: '\r', lf: '\n' }[termination];
  for (;;) {
    const character = String.fromCharCode(await terminal.readByte());
    if (character === '\b' || character === '\x7f') state.typed = state.typed.slice(0, -1);
    else if (!state.quoted && ends(character)) {
      const command = state.typed.trim();
      Object.assign(state, freshHost());
      if (command !== '') await run(command);
    } else if (!state.quoted && character === '\0') {
      // A NUL would end the string early.
    } else if (state.typed.length < hostBufferBytes - 1) {
      state.typed += character;
      if (character === '"') state.quoted = !state.quoted;
    }
  }
}

const prompt = '\x1b[1;32muart:~$ \x1b[m';
/** The text before and after a log line of another thread. */
export const shellLog = { logBefore: '\x1b[8D\x1b[J', logAfter: prompt } as const;

/** A command that ends without an answer of the modem gives its errno instead. */
export type Answer = string | { errno: number };

/**
 * Zephyr's shell with the command `at` (sdk-nrf: lib/at_shell/at_shell.c). `unescapes` is CONFIG_AT_SHELL_UNESCAPE_LF,
 * without which a credential of more than one line cannot be written.
 */
export async function serveShell(
  terminal: Terminal,
  unescapes: boolean,
  run: (command: string) => Promise<void>,
): Promise<void> {
  for (;;) {
    terminal.print(prompt);
    const line = await terminal.readLine();
    const { argv, open } = splitCommand(line === '\x03' ? '' : line);
    const [name, command] = argv;
    if (open) terminal.print(`\x1b[1;31mnot terminated: ${open}\r\n\x1b[m`);
    else if (name !== undefined && name !== 'at') terminal.print(`\x1b[1;31m${name}: command not found\r\n\x1b[m`);
    else if (name !== undefined && command === undefined) terminal.print('Usage: at <subcommand>\r\n');
    else if (command?.startsWith('AT%CMNG=0') && unescapes) await run(command.replaceAll('\\n', '\r\n'));
    else if (command !== undefined) await run(command);
  }
}

/** How the shell prints an answer: `shell_print` adds a CR before each LF, and a line end. */
export const shown = (answer: Answer): string =>
  typeof answer === 'string'
    ? `${answer.replaceAll('\n', '\r\n')}\r\n`
    : `Sending AT command failed with error code ${answer.errno}\r\n`;
