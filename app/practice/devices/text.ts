/** What simulated firmware with a text console has in common: power, wire, faults, a line editor with a small buffer behind it. */
import { createPowered, type PracticeDevice, type PracticeDeviceOptions } from './power.ts';
import type { DeviceEnd } from './wire.ts';

/** One power-on of the console as firmware sees it. Nothing resolves any more once the power is gone. */
export type Terminal = {
  /** The next byte typed. What comes during `work` and `command` waits in the buffer; what does not fit there is lost. */
  readByte(): Promise<number>;
  /** The next line, without its end: echoed, edited with backspace. Ctrl-C gives `\x03` at once. Over-long input is cut. */
  readLine(): Promise<string>;
  print(text: string | Uint8Array): void;
  /** A log line, printed over what stands on the line. */
  log(text: string): void;
  /** Computes for so long. */
  work(ms: number): Promise<void>;
  /** Carries one command out with the faults set for `step`, and prints what it returns. */
  command(step: string, run: () => string | Promise<string>): Promise<void>;
};

export type TerminalOptions = {
  /** Bytes the receiver keeps while the firmware computes. */
  ringBytes: number;
  echo: boolean;
  /** Longest line; what is typed beyond it is not taken. */
  lineLimit: number;
  /** Each of these bytes ends a line; LF right after CR belongs to it. */
  lineEnds: string;
  /** How a log line is wrapped: what goes before it to clear the line, and after it. */
  logBefore?: string;
  logAfter?: string;
  noise?: readonly string[];
};

const ctrlC = 0x03;
const never = () => new Promise<never>(() => {});

/** A practice device whose firmware is `boot`, run at each power-up; what it remembers is the caller's. */
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
  /** Work under way: what comes meanwhile has the buffer only, unless the work itself reads. */
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
      // Handed over at once: until the reader runs again, what comes goes to the buffer.
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

  /** Does not come back from a death. */
  const mayDie = async (step: string, when: 'before' | 'after') => {
    const { dieAt, ...rest } = device.fault;
    if (dieAt?.when !== when || dieAt.step !== step) return;
    // Powered up again, the device works.
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
