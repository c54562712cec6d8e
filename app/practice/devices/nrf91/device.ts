import { generateKeyPairSync } from 'node:crypto';
import type { Online } from '../firmware.ts';
import type { PracticeDevice, PracticeDeviceOptions } from '../power.ts';
import { createTextDevice, type Terminal } from '../text.ts';
import { carryOut } from './commands.ts';
import { type Answer, freshHost, serveHost, serveShell, shellLog, shown, type Termination } from './host.ts';
import { freshSession, type Modem, type ModemBuild, uuidFor } from './modem.ts';
import { place, type Store, spki, types } from './store.ts';

export type Nrf91Options = PracticeDeviceOptions & {
  /** How its firmware passes AT commands on: unchanged, or by a Zephyr shell with the command `at`. */
  form?: 'raw' | 'at';
  build?: Partial<ModemBuild & HostBuild>;
  /** The wire does not power the device. What a connection leaves behind is still there at the next one. */
  selfPowered?: boolean;
};

/** The build options of the firmware that takes the commands. */
type HostBuild = {
  termination: Termination;
  /** CONFIG_SHELL_CMD_BUFF_SIZE. Nordic's figure for credentials is 2048. */
  shellBufferBytes: number;
  /** CONFIG_AT_SHELL_UNESCAPE_LF. */
  unescapes: boolean;
};

const usualBuild: ModemBuild & HostBuild = {
  csrNull: true,
  pemLineEnds: 'any',
  termination: 'cr',
  shellBufferBytes: 2048,
  unescapes: true,
};

/** `holds` shows its memory to tests: by `tag,type`, keys as SubjectPublicKeyInfo. */
export type Nrf91Device = PracticeDevice & { holds(): Map<string, Buffer>; online(): Online | undefined };

/** The security tag of the driver's usual settings. */
const practiceTag = 16_842_753;

const noise = ['+CEREG: 2,"81AE","03229B10",7', '%XSIM: 0', '+CSCON: 0', '%MDMEV: SEARCH STATUS 2 OK'];
/** A key takes this many times longer than any other command: one to two seconds on the real modem. */
const keySlowness = 60;

/** A simulated nRF91 modem behind Nordic's AT host or a shell, with a real key. `traits.hardwareId` is its IMEI. */
export function createNrf91Device(options: Nrf91Options): Nrf91Device {
  const { form = 'raw', computeMs = 20, traits, selfPowered = false } = options;
  const build = { ...usualBuild, ...options.build };
  const identity = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const store: Store = { keys: new Map(), items: new Map(), owners: new Map(), identity };
  const shell = form === 'at';
  const lineLimit = build.shellBufferBytes - 1;
  const line = { ringBytes: 6, echo: shell, lineLimit, lineEnds: '\r\n', noise, ...(shell ? shellLog : {}) };
  const freshPower = () => ({ session: freshSession(), host: freshHost() });
  let power = freshPower();
  const onDeath = () => {
    power = freshPower();
    options.onDeath?.();
  };

  const device = createTextDevice({ ...options, onDeath }, line, (terminal, device) => {
    if (!selfPowered) power = freshPower();
    const { session, host } = power;
    const modem: Modem = { device, store, uuid: uuidFor(traits.hardwareId), build, session };
    const run = (command: string) => answer(modem, terminal, command, computeMs, shell);
    return shell ? serveShell(terminal, build.unescapes, run) : serveHost(terminal, host, build.termination, run);
  });
  const { powerOff } = device;
  const holds = () => new Map([...store.items, ...[...store.keys].map(([place, key]) => [place, spki(key)] as const)]);
  return Object.assign(device, {
    powerOff() {
      powerOff();
      power = freshPower();
    },
    holds,
    online: () => claimIn(store),
  });
}

/** The claim in the practice tag: a private key that was written, its certificate, and the root. */
function claimIn({ items }: Store): Online | undefined {
  const text = (type: number) => items.get(place(practiceTag, type))?.toString('latin1');
  const [key, certificatePem, rootPem] = [text(types.privateKey), text(types.certificate), text(types.rootCa)];
  if (key === undefined || certificatePem === undefined || rootPem === undefined) return undefined;
  return { identity: { key, certificatePem }, isClaim: true, rootPem, endpoint: '', thingName: '' };
}

async function answer(modem: Modem, terminal: Terminal, command: string, computeMs: number, shell: boolean) {
  const step = stepOf(command);
  await terminal.command(step, async () => {
    await terminal.work(step === 'keygen' ? computeMs * keySlowness : computeMs);
    const { refuse } = modem.device.fault;
    const result = refuse?.command === step ? Number(refuse.error) : carryOut(modem, command);
    const said = inWords(result, modem.session.numbers);
    if (shell) return shown(said);
    // The AT host prints its buffer in any case, and the command is still in it.
    return typeof said === 'string' ? said : command;
  });
}

/** A negative number is an error on the way to the modem (nrf_modem_at_cmd). */
function inWords(result: string | number, numbers: boolean): Answer {
  if (typeof result === 'string') return `${result}${result === '' ? '' : '\r\n'}OK\r\n`;
  if (result < 0) return { errno: result };
  return numbers && result > 0 ? `+CME ERROR: ${result}\r\n` : 'ERROR\r\n';
}

/**
 * The names for faults: `write.1`, `delete.2`, `list.0`, `keygen`, else the command without AT and sign, e.g. `cgsn`.
 */
function stepOf(command: string): string {
  const [, opcode, type] = /^AT%CMNG=(\d),\d+,(\d)/i.exec(command) ?? [];
  const verbs = ['write', 'list', 'read', 'delete'];
  if (opcode) return `${verbs[Number(opcode)] ?? 'cmng'}.${type}`;
  return (/^AT[+%]([A-Z]+)/i.exec(command)?.[1] ?? 'at').toLowerCase();
}
