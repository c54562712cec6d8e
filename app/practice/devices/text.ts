/**
 * The common base of simulated firmware with a text console: power, wire, faults, and a line editor with a small
 * buffer.
 */
import { createPowered, type PracticeDevice, type PracticeDeviceOptions } from './power.ts';
import type { DeviceEnd } from './wire.ts';

/** One power-on of the console, for the firmware. After the loss of power no promise resolves. */
export type Terminal = {
  /**
   * The next typed byte. Bytes that come during `work` and `command` wait in the buffer, and those that do not fit are
   * lost.
   */
  readByte(): Promise<number>;
  /**
   * The next line without its end, echoed and edited with backspace. Ctrl-C gives `\x03` at once. Long input is cut.
   */
  readLine(): Promise<string>;
  print(text: string | Uint8Array): void;
  /** Prints a log line over the present line. */
  log(text: string): void;
  /** Computes for this time. */
  work(ms: number): Promise<void>;
  /** Runs one command with the faults for `step`, and prints its result. */
  command(step: string, run: () => string | Promise<string>): Promise<void>;
};

export type TerminalOptions = {
  /** The bytes that the receiver keeps while the firmware computes. */
  ringBytes: number;
  echo: boolean;
  /** The longest line. Further characters are dropped. */
  lineLimit: number;
  /** Each of these bytes ends a line. An LF right after a CR belongs to it. */
  lineEnds: string;
  /** The text before a log line, which clears the line, and the text after it. */
  logBefore?: string;
  logAfter?: string;
  noise?: readonly string[];
};

const ctrlC = 0x03;
const never = () => new Promise<never>(() => {});

/** A practice device with the firmware `boot`, which runs at each power-up. The caller keeps its memory. */
export function createTextDevice(
  options: PracticeDeviceOptions,
  settings: TerminalOptions,
  boot: (terminal: Terminal, device: PracticeDevice) => Promise<unknown>,
): PracticeDevice {
  return createPowered(options, (device, wire, die) => {
    const terminal = createTerminal(device, wire, settings, options.clock, die);
    void boot(terminal, device);
  });
}

function createTerminal(
  device: PracticeDevice,
  wire: DeviceEnd,
  settings: TerminalOptions,
  clock: PracticeDeviceOptions['clock'],
  die: () => void,
): Terminal {
  const { ringBytes, echo, lineLimit, lineEnds, logBefore = '', logAfter = '' } = settings;
  const noise = settings.noise ?? ['[00:00:01.042,000] <inf> sensor: sample 17 = 1023 mV <ok>'];
  const ring: number[] = [];
  let waiting: ((byte: number) => void) | undefined;
  let lastByte = 0;
  let muted = false;
  /** Running work. Bytes that come meanwhile go only to the buffer, unless the work itself reads. */
  let working = 0;
  let reading = 0;
  let logged = 0;

  wire.onBytes((bytes) => {
    for (const byte of bytes) {
      const reader = waiting;
      waiting = undefined;
      if (reader) reader(byte);
      else if (working === 0 || reading > 0 || ring.length < ringBytes) ring.push(byte);
    }
  });

  const put = (bytes: Uint8Array) => {
    const { silent, flood } = device.fault;
    if (!silent && !flood && !muted) wire.send(bytes, clock.monotonicMs());
  };
  const print = (text: string | Uint8Array) => put(typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
  const log = (text: string) => print(`${logBefore}${text}\r\n${logAfter}`);
  const busy = async <T>(act: () => T | Promise<T>): Promise<T> => {
    working += 1;
    ring.length = Math.min(ring.length, ringBytes);
    const result = await act();
    working -= 1;
    return result;
  };
  const work = (ms: number): Promise<void> =>
    ms > 0 ? busy(() => new Promise<void>((done) => clock.after(ms, done))) : Promise.resolve();

  const readByte = async (): Promise<number> => {
    const kept = ring.shift();
    if (kept !== undefined) return kept;
    return new Promise((resolve) => {
      // The byte is handed over at once. Until the reader runs again, further bytes go to the buffer.
      waiting = resolve;
    });
  };

  const editLine = async (): Promise<string> => {
    let line = '';
    for (;;) {
      const byte = await readByte();
      const char = String.fromCharCode(byte);
      const second = char === '\n' && lastByte === 0x0d;
      lastByte = byte;
      if (byte === ctrlC) return '\x03';
      if (lineEnds.includes(char) && !second) {
        if (echo) print('\r\n');
        return Buffer.from(line, 'latin1').toString('utf8');
      }
      if (char === '\b' || char === '\x7f') {
        if (line !== '' && echo) print('\b \b');
        line = line.slice(0, -1);
      } else if (!second && line.length < lineLimit) {
        line += char;
        if (echo) put(Buffer.from([byte]));
      }
    }
  };

  /** Does not return if the device dies here. */
  const mayDie = async (step: string, when: 'before' | 'after') => {
    const { dieAt, ...rest } = device.fault;
    if (dieAt?.when !== when || dieAt.step !== step) return;
    // After the next power-up the device works.
    device.fault = rest;
    die();
    await never();
  };

  const flood = () => {
    if (wire.send(Buffer.alloc(512, 'reboot: watchdog '), clock.monotonicMs()) && device.fault.flood)
      clock.after(40, flood);
  };
  if (device.fault.flood) flood();

  return {
    readByte,
    print,
    log,
    work,
    async readLine() {
      reading += 1;
      const line = await editLine();
      reading -= 1;
      return line;
    },
    async command(step, run) {
      await mayDie(step, 'before');
      const answer = await busy(run);
      await mayDie(step, 'after');
      const { loseAnswer, ...rest } = device.fault;
      if (loseAnswer === step) device.fault = rest;
      const { noise: lines = 0, delayMs = 0 } = device.fault;
      await work(delayMs);
      muted = loseAnswer === step;
      for (let line = 0; line < lines; line += 1) log(noise[logged++ % noise.length] ?? '');
      print(answer);
      muted = false;
    },
  };
}
