/** The command `connect` of a simulated agent: it connects for real, with the key and the items that it holds. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { PhaseResult } from '../../../contract/connecting.ts';
import { decodeConfig, escapeText, unescapeText } from '../../../device/drivers/agent/frame.ts';
import type { Online } from '../firmware.ts';
import { connectAs } from '../net/connect.ts';
import { type Memory, Refusal, type Session } from './memory.ts';

/** As much of a reason as a line has room for, before it is escaped. */
export const detailLimit = 36;

export function place([host = '', port = '', client = '']: string[]) {
  const read = (field: string, most: number) => {
    const text = unescapeText(field);
    if (!text || Buffer.byteLength(text) > most) throw new Refusal('field');
    return text;
  };
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535) throw new Refusal('field');
  return { host: read(host, 128), port: Number(port), clientId: read(client, 128) };
}

function destination(fields: string[]) {
  const topic = unescapeText(fields[3] ?? '');
  const at = place(fields);
  if (!topic || Buffer.byteLength(topic) > 160) throw new Refusal('field');
  return { ...at, topic };
}

/** What the device connects with by itself; undefined until it has it. */
export function onlineIn(memory: Memory): Online | undefined {
  const config = decodeConfig(memory.items.get('config') ?? Buffer.alloc(0));
  const [claim, claimKey, claimRoot] = ['claim', 'claimkey', 'root'].map((item) => memory.items.get(item));
  if (config && claim && claimKey && claimRoot && !memory.items.has('cert')) {
    const key = createPrivateKey({ key: claimKey, format: 'der', type: 'pkcs8' });
    const shown = { certificatePem: pem(claim), key };
    return { identity: shown, isClaim: true, rootPem: pem(claimRoot), endpoint: config.endpoint ?? '', thingName: '' };
  }
  if (!config || !memory.key || !memory.items.has('cert') || !memory.items.has('root')) return undefined;
  const { rootPem, ...own } = identity({ memory });
  return { identity: own, rootPem, endpoint: config.endpoint ?? '', thingName: config.thingName ?? '' };
}

function identity({ memory }: Pick<Session, 'memory'>) {
  const [certificate, root] = [memory.items.get('cert'), memory.items.get('root')];
  if (!memory.key || !certificate || !root) throw new Refusal('incomplete');
  const own = [certificate, ...certificatesIn(memory.items.get('chain') ?? Buffer.alloc(0))];
  return { key: memory.key, certificatePem: own.map(pem).join(''), rootPem: pem(root) };
}

export const pem = (der: Buffer): string => new X509Certificate(der).toString();

/** DER certificates, one after the other. Each begins with a SEQUENCE of a length in two bytes (X.690, 8.1.3). */
function certificatesIn(der: Buffer): Buffer[] {
  if (der.length < 4) return [];
  const end = 4 + der.readUInt16BE(2);
  return [der.subarray(0, end), ...certificatesIn(der.subarray(end))];
}

/** Refuses what cannot begin. */
export function ready(session: Session, fields: string[]): string {
  destination(fields);
  identity(session);
  return 'ok';
}

export async function connect(session: Session, fields: string[], tell: (word: string) => void): Promise<string> {
  const { host, port, clientId, topic } = destination(fields);
  const { rootPem, ...own } = identity(session);
  const serverName = decodeConfig(session.memory.items.get('config') ?? Buffer.alloc(0))?.endpoint || host;
  const { clock } = session;
  const publish = { topic, payload: 'birthmark' };
  const options = { clock, clientId, publish, onPhase: tell };
  const { phases } = await connectAs(own, { host, port, rootPem, serverName }, options);
  return ['ok', ...phases.flatMap(words)].join(' ');
}

function words({ phase, state, ms = 0, fault, reason }: PhaseResult): string[] {
  if (state === 'notReached') return [];
  if (state === 'ok') return [`${phase}=${ms}`];
  const detail = reason === undefined ? [] : [`detail=${escapeText(reason.slice(0, detailLimit))}`];
  return [`${phase}=${ms}`, `failed=${phase}`, `reason=${fault ?? 'lost'}`, ...detail];
}
