import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { makeCsr } from '../csr.ts';
import { makeDeviceKey } from '../keys.ts';
import type { PracticeDevice, PracticeDeviceOptions } from '../power.ts';
import { createTextDevice, type Terminal } from '../text.ts';
import { signStatement } from './cose.ts';

/** How its firmware passes AT commands on: unchanged, or by a Zephyr shell with the command `at`. */
export type Nrf91Options = PracticeDeviceOptions & { form?: 'raw' | 'at' };

/** `holds` shows its memory to tests: by `tag,type`, keys as SubjectPublicKeyInfo. */
export type Nrf91Device = PracticeDevice & { holds(): Map<string, Buffer> };

/** The memory that survives power loss: credentials by `tag,type`. */
type Memory = { keys: Map<string, KeyObject>; items: Map<string, Buffer>; identity: KeyObject; uuid: Buffer };
/** The state after each power-up: on the network, and errors without numbers. */
type Session = { functional: number; numbers: boolean };
type Modem = { device: PracticeDevice; terminal: Terminal; memory: Memory; session: Session; computeMs: number };

/** Nordic's AT host: CONFIG_AT_HOST_CMD_MAX_LEN. */
const commandLimit = 4096;
const prompt = '\x1b[1;32muart:~$ \x1b[m';
const noise = ['+CEREG: 2,"81AE","03229B10",7', '%XSIM: 0', '+CSCON: 0', '%MDMEV: SEARCH STATUS 2 OK'];
/** A key takes this many times longer than any other command: one to two seconds on the real modem. */
const keySlowness = 60;

/** A simulated nRF91 modem behind Nordic's AT host or a shell, with a real key. `traits.hardwareId` is its IMEI. */
export function createNrf91Device(options: Nrf91Options): Nrf91Device {
  const { form = 'raw', computeMs = 20, traits } = options;
  const uuid = createHash('sha256').update(traits.hardwareId).digest().subarray(0, 16);
  const identity = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const memory: Memory = { keys: new Map(), items: new Map(), identity, uuid };
  const shell = form === 'at';
  const line = { ringBytes: 6, echo: shell, lineLimit: commandLimit, lineEnds: '\r\n', noise };
  const logged = shell ? { logBefore: '\x1b[8D\x1b[J', logAfter: prompt } : {};
  const device = createTextDevice(options, { ...line, ...logged }, (terminal, device) => {
    const modem = { device, terminal, memory, session: { functional: 1, numbers: false }, computeMs };
    return shell ? serveShell(modem) : serveHost(modem);
  });
  const holds = () => new Map([...memory.items, ...[...memory.keys].map(([at, key]) => [at, publicKey(key)] as const)]);
  return Object.assign(device, { holds });
}

const publicKey = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

/**
 * Commands end at a CR outside quotes. Within quotes line ends are text, so a lost quote swallows the following
 * commands.
 */
async function serveHost(modem: Modem): Promise<void> {
  let command = '';
  let quoted = false;
  for (;;) {
    const char = String.fromCharCode(await modem.terminal.readByte());
    if (char === '\r' && !quoted) {
      const whole = command;
      command = '';
      if (whole !== '') await answer(modem, whole);
    } else if (char === '\n' && command === '') {
      // This LF belongs to the CR before.
    } else if (command.length >= commandLimit) {
      command = '';
      quoted = false;
      await modem.terminal.command('overflow', () => 'ERROR\r\n');
    } else {
      if (char === '"') quoted = !quoted;
      command += char;
    }
  }
}

async function serveShell(modem: Modem): Promise<void> {
  const { terminal } = modem;
  for (;;) {
    terminal.print(prompt);
    const line = await terminal.readLine();
    const wrapped = /^\s*at\s+(?:'([^']*)'|([^' ]+))\s*$/.exec(line);
    const command = wrapped?.[1] ?? wrapped?.[2];
    if (command !== undefined) await answer(modem, command.replaceAll('\\n', '\n'));
    else if (line.trim() !== '' && line !== '\x03')
      terminal.print(`${line.trim().split(' ')[0]}: command not found\r\n`);
  }
}

async function answer(modem: Modem, command: string): Promise<void> {
  const { device, terminal, session, computeMs } = modem;
  const step = stepOf(command);
  await terminal.command(step, async () => {
    await terminal.work(step === 'keygen' ? computeMs * keySlowness : computeMs);
    const { refuse } = device.fault;
    const result = refuse?.command === step ? Number(refuse.error) : carryOut(modem, command);
    if (typeof result === 'string') return `${result}${result === '' ? '' : '\r\n'}OK\r\n`;
    return session.numbers && result > 0 ? `+CME ERROR: ${result}\r\n` : 'ERROR\r\n';
  });
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

/** Returns an information line (or none), or a CME error number; 0 is a plain ERROR. */
type Handler = (modem: Modem, fields: readonly string[]) => string | number;

const handlers: [pattern: RegExp, run: Handler][] = [
  [/^AT$/i, () => ''],
  [/^AT\+CGSN$/i, ({ device }) => device.traits.hardwareId],
  [/^AT\+CGMR$/i, ({ device }) => device.traits.firmware],
  [/^AT\+CGMM$/i, ({ device }) => device.traits.model],
  [/^AT\+CGMI$/i, () => 'Nordic Semiconductor ASA'],
  [/^AT\+CMEE=([01])$/i, ({ session }, [mode]) => done(() => (session.numbers = mode === '1'))],
  [/^AT\+CFUN=([014])$/i, ({ session }, [mode]) => done(() => (session.functional = Number(mode)))],
  [/^AT\+CFUN\?$/i, ({ session }) => `+CFUN: ${session.functional}`],
  [/^AT%CMNG=0,(\d+),([01]),"([^"]*)"$/i, (modem, fields) => write(modem, fields)],
  [/^AT%CMNG=1,(\d+),(\d)$/i, (modem, fields) => list(modem, fields)],
  [/^AT%CMNG=3,(\d+),(\d)$/i, (modem, fields) => remove(modem, fields)],
  [/^AT%KEYGEN=(\d+),2,0(?:,"([^"]*)")?$/i, (modem, fields) => keygen(modem, fields)],
];

const done = (act: () => unknown): string => {
  act();
  return '';
};

function carryOut(modem: Modem, command: string): string | number {
  for (const [pattern, run] of handlers) {
    const match = pattern.exec(command);
    if (match) return run(modem, match.slice(1));
  }
  return 0;
}

const place = (tag = '', type = '') => `${Number(tag)},${type}`;
const isTag = (tag = '') => Number(tag) <= 2_147_483_647;
const offline = ({ session }: Modem) => session.functional !== 1;

function keygen(modem: Modem, [tag, attributes]: readonly string[]): string | number {
  const { memory, device } = modem;
  if (!isTag(tag)) return 514;
  if (!offline(modem)) return 518;
  if (memory.keys.has(place(tag, '2'))) return 519;
  const name = attributes === undefined ? uuidOf(memory) : /^CN=([^,=]{1,64})$/.exec(attributes)?.[1];
  if (name === undefined) return 514;
  const key = makeDeviceKey(device.fault);
  if (!key) return 523;
  memory.keys.set(place(tag, '2'), key);
  const csrDer = makeCsr(key, name, { nullParameters: true, keyUsage: { bytes: Buffer.from([0xe8]), unused: 3 } });
  const statement = { uuid: memory.uuid, secTag: Number(tag), csrDer, nonce: randomBytes(16) };
  const cose = signStatement(statement, memory.identity);
  return `%KEYGEN: "${csrDer.toString('base64url')}.${cose.toString('base64url')}"`;
}

function write(modem: Modem, [tag, type, content = '']: readonly string[]): string | number {
  if (!isTag(tag)) return 514;
  if (!offline(modem)) return 518;
  if (modem.memory.items.has(place(tag, type))) return 519;
  // Firmware from 2.0.2 checks certificates. It accepts text only if all of it is certificates.
  const certificates = content.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\r?\n?/g) ?? [];
  if (certificates.length === 0 || certificates.join('') !== content || !certificates.every(isCertificate)) return 527;
  modem.memory.items.set(place(tag, type), Buffer.from(content, 'latin1'));
  return '';
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function list({ device, memory: { items, keys, identity } }: Modem, [tag, type]: readonly string[]): string {
  const held = keys.get(place(tag, type));
  // The key changes as soon as it has a certificate.
  const key = held && device.fault.badProof && items.has(place(tag, '1')) ? identity : held;
  const bytes = key ? publicKey(key) : items.get(place(tag, type));
  if (!bytes) return '';
  return `%CMNG: ${tag},${type},"${createHash('sha256').update(bytes).digest('hex').toUpperCase()}"`;
}

function remove(modem: Modem, [tag, type]: readonly string[]): string | number {
  if (!offline(modem)) return 518;
  const { items, keys } = modem.memory;
  const existed = items.delete(place(tag, type)) || keys.delete(place(tag, type));
  return existed ? '' : 513;
}

const uuidOf = ({ uuid }: Memory): string =>
  uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
