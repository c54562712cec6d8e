import { createHash, createPublicKey, sign, X509Certificate } from 'node:crypto';
import { decodeConfig, escapeText, unescapeText } from '../../../device/drivers/agent/frame.ts';
import { makeCsr } from '../csr.ts';
import { makeDeviceKey } from '../keys.ts';
import { connect, ready } from './connect.ts';
import { type Memory, Refusal, type Session } from './memory.ts';
import { provision, readyToProvision } from './provision.ts';

/** Bytes of one item, of one chunk before base64, and of unanswered requests (PROTOCOL.md, `hello`). */
export const deviceLimits = { item: 4096, chunk: 162, window: 1024 } as const;

/** Returns the body of the answer, without `ms`. */
type Handler = (session: Session, fields: string[]) => string;
/** The same for work that takes its time, and tells how far it is. */
type Slow = (session: Session, fields: string[], tell: (word: string) => void) => Promise<string>;

export type CommandTrait = {
  /** The number of fields, all required. */
  fields: number;
  /** The answer is kept, in case the same line comes again. */
  kept: boolean;
  /** The command takes the device's compute time and reports it. */
  slow: boolean;
  /** A sealed device refuses the command. */
  writes: boolean;
  run: Handler;
  /** In place of `run`: the device works on it and answers later. */
  work?: Slow;
};

const stored = new Set(['cert', 'chain', 'root', 'config', 'claim', 'claimkey']);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const hello: Handler = ({ traits, memory, fault }) => {
  const configured = decodeConfig(memory.items.get('config') ?? Buffer.alloc(0))?.unitSerial;
  const unit = fault.wrongSerial ?? traits.presetSerial ?? configured;
  const flag = (name: string, on: boolean) => `${name}=${on ? 1 : 0}`;
  const words = [
    'ok proto=1',
    `model=${escapeText(traits.model)}`,
    `hw=${escapeText(traits.hardwareRevision)}`,
    `fw=${escapeText(traits.firmware)}`,
    `hwid=${escapeText(traits.hardwareId)}`,
    'keys=P-256',
    `chunk=${deviceLimits.chunk} window=${deviceLimits.window} item=${deviceLimits.item}`,
    flag('key', memory.key !== undefined),
    flag('cert', memory.items.has('cert')),
    flag('sealed', memory.sealed),
    'net=1',
  ];
  return [...words, ...(unit ? [`unit=${escapeText(unit)}`] : [])].join(' ');
};

const key: Handler = ({ memory, fault }, [type]) => {
  if (type !== 'P-256') throw new Refusal(type ? 'keyType' : 'field');
  if (memory.key) return 'ok created=0';
  const made = makeDeviceKey(fault);
  if (!made) throw new Refusal('keyFailed random%20generator');
  memory.key = made;
  return 'ok created=1';
};

const csr: Handler = (session, [field]) => {
  const name = unescapeText(field ?? '');
  if (!name || Buffer.byteLength(name) > 64 || /[\0-\x1f\x7f]/.test(name)) throw new Refusal('field');
  if (!session.memory.key) throw new Refusal('noKey');
  const bytes = makeCsr(session.memory.key, name);
  session.buffer = { item: 'csr', bytes };
  return `ok len=${bytes.length} sha256=${sha256(bytes)}`;
};

const data: Handler = (session, [item = '', at = '', text = '']) => {
  const bytes = base64(text);
  if (!stored.has(item) || !/^[0-9]{1,5}$/.test(at) || !bytes || bytes.length > deviceLimits.chunk)
    throw new Refusal('field');
  if (Number(at) + bytes.length > deviceLimits.item) throw new Refusal('tooLong');
  if (session.buffer.item !== item) session.buffer = { item, bytes: Buffer.alloc(deviceLimits.item) };
  bytes.copy(session.buffer.bytes, Number(at));
  return 'ok';
};

const commit: Handler = ({ memory, buffer }, [item = '', length = '', digest = '']) => {
  if (!stored.has(item) || !/^[0-9]{1,5}$/.test(length) || !/^[0-9a-f]{64}$/.test(digest)) throw new Refusal('field');
  if (Number(length) < 1) throw new Refusal('field');
  if (Number(length) > deviceLimits.item) throw new Refusal('tooLong');
  const held = memory.items.get(item);
  if (held && held.length === Number(length) && sha256(held) === digest) return 'ok';
  const bytes = Buffer.from(buffer.bytes.subarray(0, Number(length)));
  if (buffer.item !== item || sha256(bytes) !== digest) throw new Refusal('digest');
  if (item === 'cert') checkCertificate(memory, bytes);
  if (item === 'config') {
    const serial = decodeConfig(bytes)?.unitSerial;
    if (!decodeConfig(bytes) || escapeText(serial ?? '').length > 32) throw new Refusal('field');
  }
  // What another claim brought is not this one's.
  if (item === 'claim') delete memory.given;
  memory.items.set(item, bytes);
  return 'ok';
};

const storedItem: Handler = ({ memory }, [item = '']) => {
  if (!stored.has(item)) throw new Refusal('field');
  const bytes = memory.items.get(item);
  return bytes ? `ok len=${bytes.length} sha256=${sha256(bytes)}` : 'ok len=0';
};

const read: Handler = ({ memory, buffer }, [item = '', at = '']) => {
  if (item === 'claimkey' || !(stored.has(item) || item === 'csr') || !/^[0-9]{1,5}$/.test(at))
    throw new Refusal('field');
  const bytes = item !== 'csr' ? memory.items.get(item) : buffer.item === 'csr' ? buffer.bytes : undefined;
  if (!bytes) throw new Refusal('empty');
  const piece = bytes.subarray(Number(at), Number(at) + deviceLimits.chunk);
  return piece.length > 0 ? `ok ${piece.toString('base64')}` : 'ok';
};

const prove: Handler = ({ memory, fault }, [text = '']) => {
  const nonce = base64(text);
  if (!nonce || nonce.length < 16 || nonce.length > 64) throw new Refusal('field');
  if (!memory.key) throw new Refusal('noKey');
  const message = fault.badProof ? Buffer.concat([nonce, nonce]) : nonce;
  return `ok sig=${sign('sha256', message, memory.key).toString('base64')}`;
};

const erase: Handler = (session) => {
  delete session.memory.key;
  delete session.memory.given;
  session.memory.items.clear();
  session.buffer = { item: '', bytes: Buffer.alloc(0) };
  return 'ok';
};

const seal: Handler = ({ memory }) => {
  if (!memory.key || !memory.items.has('cert')) throw new Refusal('incomplete');
  memory.sealed = true;
  return 'ok';
};

export const commands: Record<string, CommandTrait> = {
  hello: { fields: 0, kept: false, slow: false, writes: false, run: hello },
  key: { fields: 1, kept: true, slow: true, writes: true, run: key },
  csr: { fields: 1, kept: true, slow: true, writes: true, run: csr },
  data: { fields: 3, kept: false, slow: false, writes: true, run: data },
  commit: { fields: 3, kept: true, slow: true, writes: true, run: commit },
  stored: { fields: 1, kept: false, slow: false, writes: false, run: storedItem },
  read: { fields: 2, kept: false, slow: false, writes: false, run: read },
  prove: { fields: 1, kept: true, slow: true, writes: false, run: prove },
  erase: { fields: 0, kept: true, slow: true, writes: true, run: erase },
  seal: { fields: 0, kept: true, slow: true, writes: false, run: seal },
  connect: { fields: 4, kept: true, slow: false, writes: false, run: ready, work: connect },
  provision: { fields: 3, kept: true, slow: false, writes: true, run: readyToProvision, work: provision },
};

function checkCertificate(memory: Memory, der: Buffer): void {
  if (!memory.key) throw new Refusal('noKey');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    throw new Refusal('wrongKey not%20a%20certificate');
  }
  const mine = createPublicKey(memory.key).export({ type: 'spki', format: 'der' });
  if (!certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(mine)) throw new Refusal('wrongKey');
}

function base64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
