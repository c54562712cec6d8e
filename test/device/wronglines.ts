/** Wrong lines in memory: what is at the other end instead of the device. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../app/contract/clock.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { createRandom } from '../../app/practice/devices/faults.ts';

/** The other end. `say` sends to the station; `vanish` takes the port away. */
type Far = { say(text: string | Uint8Array): void; vanish(): void; isOpen(): boolean; clock: Clock };
/** Called once at opening; returns what happens with each typed text (latin1). */
export type Behaviour = (far: Far) => (typed: string) => void;

/** A line of 115200 baud with this at the other end. */
export function wrongLine(clock: Clock, behave: Behaviour): ByteChannel {
  const data = new Set<(bytes: Uint8Array) => void>();
  const close = new Set<() => void>();
  let open = true;
  const after = (bytes: number, act: () => void) => clock.after((bytes * 10_000) / 115_200, () => open && act());
  const cut = () => {
    if (!open) return;
    open = false;
    for (const listener of [...close]) listener();
  };
  const say = (text: string | Uint8Array) => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    after(bytes.length, () => {
      for (const listener of [...data]) listener(bytes);
    });
  };
  const typed = behave({ say, vanish: cut, isOpen: () => open, clock });
  return {
    async write(bytes) {
      if (!open) throw new StationError('link.lost', 'the port is gone');
      const text = Buffer.from(bytes).toString('latin1');
      after(bytes.length, () => typed(text));
    },
    onData(listener) {
      data.add(listener);
      return () => data.delete(listener);
    },
    onClose(listener) {
      if (open) close.add(listener);
      else queueMicrotask(listener);
      return () => close.delete(listener);
    },
    close: async () => cut(),
  };
}

const rom =
  'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nload:0x3fff0030,len:1344\r\nentry 0x400805f0\r\n\x1b[0;32mI (27) boot: ESP-IDF v5.3 2nd stage bootloader\x1b[0m\r\n';
const download =
  'rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n';

/** Answers each line that ends with one of `ends`; what is typed is echoed where `echo` says so. */
const lines = (far: Far, answer: (line: string) => string, { echo = true, ends = /[\r\n]/ } = {}) =>
  (() => {
    let held = '';
    return (typed: string) => {
      for (const char of typed) {
        if (echo) far.say(char);
        if (!ends.test(char)) held += char;
        else if (held.replace(/[\x03\x7f]/g, '').trim() !== '') {
          far.say(answer(held.trim()));
          held = '';
        } else held = '';
      }
    };
  })();

/** Prints `text` again and again while the port is open. */
const forever = ({ say, clock, isOpen }: Far, everyMs: number, text: string) => {
  const again = () => {
    say(text);
    if (isOpen()) clock.after(everyMs, again);
  };
  again();
};

const logLine = 'I (1234) wifi: retry to connect to the AP, reason 201 <no ap found>\r\n';

/** A modem that is not Nordic's: its own names, an IMEI with a good check digit. */
const modem = (maker: string, model: string, imei: string) => (far: Far) => {
  const said: Record<string, string> = { 'AT+CGSN': imei, 'AT+CGMI': maker, 'AT+CGMM': model, 'AT+CGMR': `${model}R1` };
  return lines(far, (line) => (said[line] ? `\r\n${said[line]}\r\n\r\nOK\r\n` : '\r\nERROR\r\n'), {
    echo: false,
    ends: /\r/,
  });
};

type Nordic = {
  /** The line ends that it takes within a PEM. */
  takes?: 'any' | 'lf' | 'none';
  /** Behind a Zephyr shell with the command `at`, whose buffer has so many characters. */
  shell?: number;
  /** The answer of the shell to each command that it does not pass on. */
  fails?: string;
  imei?: string;
  /** Stops reading for good at the first write. */
  stalls?: boolean;
};

/** A modem of Nordic's with an AT host as at_host.c has it: CR ends a command outside quotes, 4,095 characters, DEL. */
export const nordic =
  ({ takes = 'any', shell, fails, imei = '352656100367872', stalls = false }: Nordic = {}): Behaviour =>
  (far) => {
    const held = new Map<string, string>();
    const facts: Record<string, string> = {
      'AT+CGSN': imei,
      'AT+CGMI': 'Nordic Semiconductor ASA',
      'AT+CGMM': 'nRF9160-SICA',
      'AT+CGMR': 'mfw_nrf9160_1.3.5',
      'AT+CFUN?': '+CFUN: 4',
    };
    let stalled = false;
    const answer = (command: string): string => {
      const fact = facts[command];
      if (fact) return `${fact}\r\nOK\r\n`;
      if (/^AT(\+CMEE=1|\+CFUN=4)?$/.test(command)) return 'OK\r\n';
      const [, act, place = '', content = ''] = /^AT%CMNG=([013]),(\d+,\d)(?:,"([^"]*)")?$/.exec(command) ?? [];
      if (act === '3') return held.delete(place) ? 'OK\r\n' : '+CME ERROR: 513\r\n';
      if (act === '0') {
        if (takes === 'none' || (takes === 'lf' && content.includes('\r'))) return '+CME ERROR: 527\r\n';
        held.set(place, content);
        return 'OK\r\n';
      }
      if (act !== '1') return 'ERROR\r\n';
      const text = held.get(place);
      const digest = createHash('sha256')
        .update(text ?? '')
        .digest('hex')
        .toUpperCase();
      return text === undefined ? 'OK\r\n' : `%CMNG: ${place},"${digest}"\r\nOK\r\n`;
    };
    let buffer = '';
    let quoted = false;
    const ofHost = (char: string) => {
      if (char === '\x7f' || char === '\x08') buffer = buffer.slice(0, -1);
      else if (char === '\r' && !quoted) {
        const command = buffer.trim();
        buffer = '';
        if (command !== '') far.say(answer(command));
      } else if (buffer.length < 4095) {
        buffer += char;
        if (char === '"') quoted = !quoted;
        if (stalls && buffer.endsWith('%CMNG=0')) stalled = true;
      }
    };
    const ofShell = (limit: number) =>
      lines(far, (line) => {
        const kept = line.slice(0, limit - 1);
        const command = /^at '(.*)'$/.exec(kept)?.[1] ?? /^at ([^']*)$/.exec(kept)?.[1];
        const said =
          kept.split("'").length % 2 === 0
            ? "not terminated: '\r\n"
            : command === undefined
              ? `${kept.split(' ')[0]}: command not found\r\n`
              : (fails ?? answer(command.replaceAll('\\n', '\n')));
        return `\r\n${said}uart:~$ `;
      });
    if (shell !== undefined) return ofShell(shell);
    return (typed) => {
      for (const char of typed) if (!stalled) ofHost(char);
    };
  };

export const behaviours = {
  silent: () => () => {},
  echo:
    ({ say }) =>
    (typed) =>
      say(typed),
  garbage({ say }) {
    const random = createRandom(7);
    return (typed) => say(Uint8Array.from(typed.repeat(3), () => Math.floor(random() * 256)));
  },
  /** The device sends at a lower speed than the station listens: few patterns of bits, no text. */
  slowSpeed(far) {
    forever(far, 200, '\x00\xf8\x80\x00\x78\xf8\x00\x80\xf8\xf8');
    return () => {};
  },
  /** The first write begins the boot, because opening and writing come together. Then a console of another kind answers. */
  bootsThenConsole(far) {
    let began: number | undefined;
    const console = lines(far, () => 'Unrecognized command\r\nesp> ', { echo: false });
    return (typed) => {
      began ??= far.clock.monotonicMs();
      if (far.clock.monotonicMs() - began < 1200) far.say(rom);
      else console(typed);
    };
  },
  bootLoop(far) {
    forever(far, 700, rom);
    return () => {};
  },
  mcuboot(far) {
    far.say(
      '*** Booting MCUboot v2.1.0-dev ***\r\n*** Using Zephyr OS build v4.0.99 ***\r\nI: Starting bootloader\r\n',
    );
    return () => {};
  },
  download(far) {
    far.say(download);
    return () => {};
  },
  flood(far) {
    forever(far, 40, logLine.repeat(8));
    return () => {};
  },
  slowLog(far) {
    forever(far, 900, logLine);
    return () => {};
  },
  vanishes: ({ vanish, clock }) => {
    clock.after(3000, vanish);
    return () => {};
  },
  quectel: modem('Quectel', 'BG95-M3', '866425034012342'),
  ublox: modem('u-blox', 'SARA-R510S', '352656100367872'),
  /** UARTCommandConsole.c and CLIcommands.c of iot-reference-rx: LF ends a line, and the prompt has no blank. */
  renesas(far) {
    return lines(
      far,
      (line) => {
        const [verb, act, key] = line.replaceAll('\x03', '').split(/ +/);
        if (line.includes('\x03') || verb !== 'conf')
          return "\r\nCommand not recognised.  Enter 'help' to view a list of available commands.\r\n\r\n\r\n>";
        return act === 'get' ? `\r\nNo ${key} in Data Flash!\r\n\r\n>` : '\r\nError.\r\n\r\n\r\n>';
      },
      { ends: /\n/ },
    );
  },
  /** A console that is busy with ModemManager, and repeats what ModemManager asks. */
  otherProgram(far) {
    const asked = ['AT\r\n', 'AT\r\n', 'ATE0V1+CMEE=1\r\n', 'AT+GCAP\r\n', 'ATI\r\n'];
    let at = 0;
    const next = () => {
      far.say(asked[at++ % asked.length] ?? '');
      if (far.isOpen()) far.clock.after(400, next);
    };
    next();
    return () => {};
  },
  /** A Zephyr shell without any of the commands that a driver needs. */
  bareZephyr(far) {
    far.say('\r\nuart:~$ ');
    return lines(far, (line) => `\r\n${line.split(' ')[0]}: command not found\r\nuart:~$ `);
  },
  linux(far) {
    far.say('\r\nboard login: ');
    return lines(far, () => '\r\nPassword: \r\n\r\nLogin incorrect\r\nboard login: ');
  },
} as const satisfies Record<string, Behaviour>;
