import { createPublicKey } from 'node:crypto';
import { createRandom, damage } from '../faults.ts';
import type { PracticeDevice, PracticeDeviceOptions } from '../power.ts';
import { createWire, type DeviceEnd } from '../wire.ts';
import { command, longestLine } from './cli.ts';
import type { Cli, Flash, Reply } from './machine.ts';
import { certificateLabels, pemLine } from './pki.ts';

export type FreertosOptions = PracticeDeviceOptions & {
  /** The wire does not power the device. A half-typed line or an open import is still there at the next plug. */
  selfPowered?: boolean;
  /** An import continues after the footer until two blank lines. */
  blanksEnd?: boolean;
  /** The labels for certificates, where the port's storage has others than the reference. */
  labels?: readonly string[];
};

/** CLI_UART_RX_STREAM_LEN: what the receiver holds while the command line is busy. Further bytes are lost. */
const ringBytes = 512;
const defaults = [
  ['mqtt_port', '8883'],
  ['time_hwm', '0'],
] as const;
const prompt = '> ';
const eraseLine = '\r\x1b[K';
const bootLog = '<INF>        3 [None      ] Starting the scheduler. (main.c:212)';
const logs = [
  '<INF>    10422 [WLAN      ] Link up -> waiting for an address. (net_main.c:117)',
  '<ERR>    10437 [SNTP      ] Error: no answer from the time server > 5 s (sntp.c:81)',
  '<WRN>    10440 [MQTT      ] conf get thing_name: -----BEGIN later----- (mqtt_agent.c:1190)',
];

/** `holds` shows its memory to tests: certificates by label as DER, the key (`key`) as SubjectPublicKeyInfo. */
export type FreertosDevice = PracticeDevice & { holds(): Map<string, Buffer> };

/** A simulated device that speaks the `pki` and `conf` commands of FreeRTOS's STM32U5 reference, with a real key. */
export function createFreertosDevice(options: FreertosOptions): FreertosDevice {
  const { clock, traits, baud = 115_200, seed = 1 } = options;
  const flash: Flash = { publicKeys: new Map(), certificates: new Map(), config: new Map(defaults) };
  if (traits.presetSerial) flash.config.set('thing_name', traits.presetSerial);
  const random = createRandom(seed);
  let cutWire = () => {};
  let machine: ReturnType<typeof powerUp> | undefined;
  const powerOff = () => {
    machine?.stop();
    machine = undefined;
    cutWire();
  };

  const device: PracticeDevice = {
    traits,
    fault: {},
    connect() {
      cutWire();
      const wire = createWire({ baud, clock, alter: (bytes) => damage(bytes, device.fault, random) });
      cutWire = wire.cut;
      const onDeath = () => {
        powerOff();
        options.onDeath?.();
      };
      if (machine) machine.attach(wire.device);
      else machine = powerUp({ options, device, flash, wire: wire.device, onDeath });
      if (!options.selfPowered) wire.channel.onClose(powerOff);
      return wire.channel;
    },
    powerOff,
  };
  const holds = () => {
    const key = flash.key && createPublicKey(flash.key).export({ type: 'spki', format: 'der' });
    return new Map([...flash.certificates, ...(key ? [['key', key] as const] : [])]);
  };
  return Object.assign(device, { holds });
}

type Power = {
  options: FreertosOptions;
  device: PracticeDevice;
  flash: Flash;
  wire: DeviceEnd;
  onDeath: () => void;
};

/**
 * One power-on. Bytes become lines with echo and prompt, lines become commands, and answers go out when they are ready.
 */
function powerUp({ options, device, flash, wire, onDeath }: Power) {
  const { clock, computeMs = 20, baud = 115_200 } = options;
  const byteMs = baud === 0 ? 0 : 10_000 / baud;
  let end = wire;
  let cli: Cli;
  let typed = '';
  const ring: number[] = [];
  let lost = 0;
  let out = '';
  let nowMs = clock.monotonicMs();
  let bootedMs = nowMs;
  let busyUntilMs = nowMs;
  let cancelTimer: (() => void) | undefined;
  let alive = true;
  let logged = 0;

  const flush = (atMs: number) => {
    const { silent, flood, delayMs = 0 } = device.fault;
    if (out !== '' && alive && !silent && !flood) end.send(Buffer.from(out, 'latin1'), atMs + delayMs);
    out = '';
  };
  const nextLog = () => logs[logged++ % logs.length] ?? '';

  const boot = () => {
    typed = '';
    bootedMs = nowMs;
    cli = {
      flash,
      staged: new Map(flash.config),
      blanksEnd: options.blanksEnd ?? false,
      labels: options.labels ?? certificateLabels,
      uptimeMs: () => nowMs - bootedMs,
      get fault() {
        return device.fault;
      },
    };
    if (device.fault.wrongSerial) cli.staged.set('thing_name', device.fault.wrongSerial);
    out += `\r\n${bootLog}\r\n${prompt}`;
  };

  const dies = ({ step }: Reply, when: 'before' | 'after'): boolean => {
    const { dieAt, ...rest } = device.fault;
    // This device has no chain. A fault that kills other devices at the chain kills this one at the root.
    const wanted = dieAt?.step === 'commit.chain' ? 'commit.root' : dieAt?.step;
    if (!step || dieAt?.when !== when || (wanted !== step && wanted !== step.split('.')[0])) return false;
    device.fault = rest;
    onDeath();
    return true;
  };

  const carryOut = (line: string) => {
    const reply = cli.importing ? pemLine(cli, line) : command(cli, line);
    if (dies(reply, 'before')) return;
    reply.act?.();
    if (dies(reply, 'after')) return;
    flush(nowMs);
    // Reading a line takes time, too. A host that writes on without waiting for the prompt overruns the receiver.
    busyUntilMs = nowMs + reply.cost * computeMs + computeMs / 10;
    const lines = reply.text.split('\r\n');
    for (let at = 0; at < (device.fault.noise ?? 0); at += 1)
      lines[at % lines.length] = `${eraseLine}${nextLog()}\r\n${lines[at % lines.length]}`;
    out += lines.join('\r\n');
    const { loseAnswer, ...rest } = device.fault;
    if (reply.step && loseAnswer === reply.step) {
      device.fault = rest;
      out = '';
    }
    if (reply.reset) boot();
    else out += prompt;
    flush(busyUntilMs);
  };

  const readByte = (byte: number) => {
    if (byte === 0x03) {
      typed = '';
      out += `\r\n${prompt}`;
    } else if (byte === 0x0d || byte === 0x0a || byte === 0) {
      // An empty line is ignored, except by an import that waits for two of them. It counts each CR as one.
      if (typed === '' && !(cli.importing?.ended && byte === 0x0d)) return;
      const line = typed;
      typed = '';
      out += '\r\n';
      carryOut(line);
    } else if (byte === 0x08 || byte === 0x7f) {
      if (typed !== '') out += '\b \b';
      typed = typed.slice(0, -1);
    } else {
      typed += String.fromCharCode(byte);
      out += String.fromCharCode(byte);
      if (device.fault.noise && typed.length === 4) out += `${eraseLine}${nextLog()}\r\n${prompt}${typed}`;
      // A line that is too long is dropped without a word. An import ends with it.
      if (typed.length > longestLine) {
        typed = '';
        delete cli.importing;
        out += prompt;
      }
    }
  };

  const drain = () => {
    while (alive && ring.length > 0 && nowMs >= busyUntilMs) readByte(ring.shift() ?? 0);
  };

  const pump = () => {
    cancelTimer?.();
    cancelTimer = undefined;
    drain();
    if (!alive) return;
    if (lost > 0 && nowMs >= busyUntilMs) {
      out += `${eraseLine}<WRN>    10500 [uartRx    ] Dropped ${lost} bytes. Console receive buffer full. (cli_uart_drv.c:310)\r\n${prompt}${typed}`;
      lost = 0;
    }
    flush(nowMs);
    if (ring.length === 0 && lost === 0) return;
    cancelTimer = clock.after(Math.max(0, busyUntilMs - clock.monotonicMs()), () => {
      nowMs = Math.max(nowMs, busyUntilMs);
      pump();
    });
  };

  const attach = (wired: DeviceEnd) => {
    end = wired;
    end.onBytes((bytes, atMs) => {
      // They came one after another at the line's speed, and the command line read meanwhile.
      for (const [at, byte] of bytes.entries()) {
        nowMs = Math.max(nowMs, atMs - (bytes.length - 1 - at) * byteMs);
        drain();
        if (ring.length < ringBytes) ring.push(byte);
        else lost += 1;
      }
      pump();
    });
  };

  attach(wire);
  boot();
  flush(nowMs);
  const flood = () => {
    const connected = end.send(Buffer.from(`${logs[1]}\r\n`.repeat(8)), clock.monotonicMs());
    if (connected && device.fault.flood) clock.after(40, flood);
  };
  if (device.fault.flood) flood();
  const stop = () => {
    alive = false;
    cancelTimer?.();
  };
  return { attach, stop };
}
