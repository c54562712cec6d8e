import { createRandom, damage } from '../faults.ts';
import type { Online } from '../firmware.ts';
import type { PracticeDevice, PracticeDeviceOptions } from '../power.ts';
import { splitCommand } from '../shellwords.ts';
import { createWire } from '../wire.ts';
import { credentialCommands } from './cred.ts';
import { keyCommands } from './key.ts';
import type { Command, CommandSet, Machine, ZephyrFirmware } from './machine.ts';
import { createShell, type Shell } from './shell.ts';
import { claimIn, contentOf, noCopies, registerKey, type ZephyrStore } from './store.ts';

export const zephyrDefaults: ZephyrFirmware = {
  credBufferBytes: 1024,
  bufLoad: true,
  publicKey: true,
  keyShell: true,
  credShell: true,
  hwinfo: true,
  appVersion: true,
  persistent: true,
  heapBytes: 16_384,
  secTag: 16_842_753,
  places: 4,
  kernel: '4.2.99',
  prompt: 'uart:~$ ',
  colors: true,
  echo: true,
  ringBytes: 64,
};

/** `holds` shows its memory to tests: by `tag,type`, the key (`tag,key`) as SubjectPublicKeyInfo. */
export type ZephyrDevice = PracticeDevice & { holds(): Map<string, Buffer>; online(): Online | undefined };

/**
 * A simulated device with Zephyr's shell and a real key: `nrf_cloud_cred` for key and CSR, `cred` for certificates.
 * `app version` prints `traits.firmware`. The device has no unit serial, so the fault `wrongSerial` does nothing.
 */
export function createZephyrDevice(
  options: PracticeDeviceOptions & { firmware?: Partial<ZephyrFirmware> },
): ZephyrDevice {
  const { clock, traits, baud = 115_200, computeMs = 20, seed = 1 } = options;
  const firmware = { ...zephyrDefaults, ...options.firmware };
  const store: ZephyrStore = {
    keys: new Map(),
    slots: Array(firmware.places).fill(undefined),
    registered: undefined,
    copies: noCopies(firmware.places),
  };
  const random = createRandom(seed);
  let cutPower = () => {};

  const powerUp = (): ReturnType<PracticeDevice['connect']> => {
    const wire = createWire({ baud, clock, alter: (bytes) => damage(bytes, device.fault, random) });
    const dies = (names: string[], when: 'before' | 'after'): boolean => {
      const { dieAt, ...rest } = device.fault;
      if (dieAt?.when !== when || !names.includes(dieAt.step)) return false;
      // A device dies only once. After the next power-up it works.
      device.fault = rest;
      machine.shell.halt();
      wire.cut();
      options.onDeath?.();
      return true;
    };
    let muted = false;
    const execute = (line: string) => {
      const found = find(roots, line, machine.shell);
      if (!found) return;
      const names = found.command.names?.(found.argv) ?? [];
      if (dies(names, 'before')) return;
      machine.shell.work((found.command.slow ?? 0) * computeMs + (device.fault.delayMs ?? 0));
      const { loseAnswer, ...rest } = device.fault;
      muted = loseAnswer !== undefined && names.includes(loseAnswer);
      if (muted) device.fault = rest;
      found.run(found.argv);
      // Unsent text is lost with the power.
      if (!dies(names, 'after')) machine.shell.flush();
      muted = false;
    };
    const nowMs = clock.monotonicMs();
    let typedSinceLog = 0;
    const interrupt = (where: 'typing' | 'printing' | 'prompt') => {
      const { noise = 0 } = device.fault;
      typedSinceLog = where === 'typing' ? typedSinceLog + 1 : 0;
      if (where === 'typing' && typedSinceLog !== 7) return;
      for (let line = 0; line < noise; line += 1)
        machine.shell.log(line % 2 === 0 ? 'inf' : 'err', 'app: battery 3012 mV OK, 1 credentials found. CSR: none');
    };
    const { prompt, colors, echo, ringBytes } = firmware;
    const silent = () => muted || Boolean(device.fault.silent || device.fault.flood);
    const shell = createShell({
      wire: wire.device,
      prompt,
      colors,
      echo,
      ringBytes,
      nowMs,
      execute,
      interrupt,
      silent,
    });
    const machine: Machine = {
      shell,
      store,
      firmware,
      hardwareId: traits.hardwareId,
      get fault() {
        return device.fault;
      },
    };
    const roots = rootCommands(machine, traits.firmware);

    if (!firmware.persistent) store.slots = Array(firmware.places).fill(undefined);
    store.registered = undefined;
    store.copies = noCopies(firmware.places);
    // nrf_cloud_credentials_key_restore, during nRF Cloud's initialisation.
    if (store.keys.has(firmware.secTag)) registerKey(store, firmware.secTag);
    wire.device.onBytes((bytes, atMs) => shell.feed(bytes, atMs));
    shell.print(`*** Booting nRF Connect SDK ***\n*** Using Zephyr OS v${firmware.kernel} ***\n\n\n`);
    shell.feed(Buffer.from('\x03'), nowMs);
    const flood = () => {
      const connected = wire.device.send(Buffer.alloc(512, 'reboot: watchdog '), clock.monotonicMs());
      if (connected && device.fault.flood) clock.after(40, flood);
    };
    if (device.fault.flood) flood();
    cutPower = () => {
      shell.halt();
      wire.cut();
    };
    return wire.channel;
  };

  const device: PracticeDevice = {
    traits,
    fault: {},
    connect() {
      cutPower();
      return powerUp();
    },
    powerOff: () => cutPower(),
  };
  return Object.assign(device, { holds: () => contentOf(store), online: () => claimIn(store, firmware.secTag) });
}

function rootCommands(machine: Machine, version: string): Record<string, CommandSet> {
  const { shell, firmware } = machine;
  const line = (text: string): Command => ({ help: '', least: 1, most: 1, run: () => shell.print(`${text}\n`) });
  const devid = () => {
    shell.print(`Length: ${machine.hardwareId.length / 2}\n`);
    shell.print(`ID: 0x${machine.hardwareId}\n`);
  };
  return {
    kernel: { help: 'Kernel commands', sub: { version: line(`Zephyr version ${firmware.kernel}`) } },
    ...(firmware.hwinfo
      ? {
          hwinfo: {
            help: 'HWINFO commands',
            sub: { devid: { help: 'Show device id', least: 1, most: 1, run: devid } },
          },
        }
      : {}),
    ...(firmware.appVersion
      ? { app: { help: 'Application version information commands', sub: { version: line(version) } } }
      : {}),
    ...(firmware.keyShell ? { nrf_cloud_cred: keyCommands(machine) } : {}),
    ...(firmware.credShell ? { cred: credentialCommands(machine) } : {}),
  };
}

type Found = { command: Command; run: (argv: string[]) => void; argv: string[] };

/** Finds the deepest command with a handler, or prints the refusal (`execute` and `exec_cmd` of shell.c). */
function find(roots: Record<string, CommandSet>, line: string, shell: Shell): Found | undefined {
  const { argv: words, open } = splitCommand(line);
  const [name] = words;
  if (open) shell.print(`not terminated: ${open}\n`, 'error');
  if (open || name === undefined) return undefined;
  const root = Object.hasOwn(roots, name) ? roots[name] : undefined;
  if (!root) {
    shell.print(`${name}: command not found\n`, 'error');
    return undefined;
  }
  let command: Command = root;
  let at = 0;
  for (;;) {
    const next = words[at + 1];
    const sub = next !== undefined && command.sub && Object.hasOwn(command.sub, next) ? command.sub[next] : undefined;
    if (!sub) break;
    command = sub;
    at += 1;
  }
  const own = words[at] ?? '';
  const argv = words.slice(at);
  const { run, least = 0, most = Number.POSITIVE_INFINITY } = command;
  if (run && argv.length >= least && argv.length <= most) return { command, run, argv };
  if (run) shell.print(`${own}: wrong parameter count\n`, 'error');
  help(own, command, shell);
  return undefined;
}

/** Lines of a help text begin at the place to which the cursor is moved (`formatted_text_print`). */
function help(name: string, command: Command, shell: Shell): void {
  const text = (body: string, column: number) => body.replaceAll('\n', `\n\x1b[${column}C`);
  shell.print(`${name} - ${text(command.help, name.length + 3)}\n`);
  const subs = Object.entries(command.sub ?? {});
  if (subs.length === 0) return;
  const longest = Math.max(...subs.map(([each]) => each.length));
  shell.print('Subcommands:\n');
  for (const [each, sub] of subs) shell.print(`  ${each.padEnd(longest)}  : ${text(sub.help, longest + 5)}\n`);
}
