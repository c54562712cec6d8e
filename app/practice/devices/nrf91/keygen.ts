/** `%KEYGEN`, `%ATTESTTOKEN`: keys that the modem makes, and what it signs about itself. */
import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { assembleCsr, signRequest } from '../csr.ts';
import { makeDeviceKey } from '../keys.ts';
import { type Subject, subjectFrom } from '../subject.ts';
import { attest, signKeyStatement, signStatement } from './cose.ts';
import { type Handler, isActive, type Modem } from './modem.ts';
import { cme, deviceType, mayUse, place, spki } from './store.ts';

const clientKey = 2;
/** A key pair for encrypted provisioning. It is made once; then the same key answers again. */
const endorsementKey = 8;
/** digitalSignature, nonRepudiation, keyEncipherment, keyAgreement. */
const usualUsage = '111010000';

/** `%KEYGEN=<sec_tag>,<key_type>[,<response_content>[,<attributes>[,<key_usage>]]]` */
export const keygen: Handler = (modem, [tagText = '', type = '', content = '0', attributes = '', usage = '']) => {
  const { store, device } = modem;
  const tag = Number(tagText);
  const isEndorsement = Number(type) === endorsementKey;
  const asCsr = content === '0' && !isEndorsement;
  const usageBits = usage === '' ? usualUsage : usage;
  const subject: Subject | undefined = attributes === '' ? [['CN', uuidOf(modem)]] : subjectFrom(attributes);
  if (!/^\d{1,10}$/.test(tagText) || !/^[01]$/.test(content) || !/^[01]{1,9}$/.test(usageBits)) return cme.plain;
  if (!mayUse(tag) || (Number(type) !== clientKey && !isEndorsement) || !subject) return cme.notAllowed;
  if (isActive(modem.session)) return cme.whileActive;
  const at = place(tag, Number(type));
  const there = store.keys.get(at);
  if (there && !isEndorsement) return cme.exists;
  const key = there ?? makeDeviceKey(device.fault);
  if (!key) return cme.keyGeneration;
  store.keys.set(at, key);
  return `%KEYGEN: "${asCsr ? csrAnswer(modem, tag, key, subject, usageBits) : keyAnswer(modem, tag, key)}"`;
};

function csrAnswer(modem: Modem, secTag: number, key: KeyObject, subject: Subject, usageBits: string): string {
  const { uuid, store, build } = modem;
  const request = signRequest(key, subject, { keyUsage: namedBits(usageBits) });
  const withNull = assembleCsr(request, { nullParameters: true });
  const statement = signStatement({ uuid, secTag, csrDer: withNull, nonce: randomBytes(16) }, store.identity);
  // Some firmware sends the correct form, and still signs about the one with NULL.
  const csrDer = build.csrNull ? withNull : assembleCsr(request, {});
  return `${csrDer.toString('base64url')}.${statement.toString('base64url')}`;
}

function keyAnswer({ uuid, store }: Modem, secTag: number, key: KeyObject): string {
  const spkiDer = spki(key);
  const statement = signKeyStatement({ uuid, secTag, spkiDer, nonce: randomBytes(16) }, store.identity);
  return `${spkiDer.toString('base64url')}.${statement.toString('base64url')}`;
}

/** A named bit list (X.680 §22.7) has no zeros at its end. */
function namedBits(bits: string): { bytes: Buffer; unused: number } {
  const significant = bits.replace(/0+$/, '');
  const unused = (8 - (significant.length % 8)) % 8;
  const octets = significant.padEnd(significant.length + unused, '0').match(/.{8}/g) ?? [];
  return { bytes: Buffer.from(octets.map((octet) => Number.parseInt(octet, 2))), unused };
}

/** `%ATTESTTOKEN[="<challenge>"]`; the challenge has 32 hex digits and takes the place of the modem's nonce. */
export const attestToken: Handler = ({ device, store, uuid }, [challenge]) => {
  if (challenge !== undefined && !/^[0-9a-f]{32}$/i.test(challenge)) return cme.plain;
  const { model, firmware } = device.traits;
  const identity = {
    uuid,
    device: deviceType(model),
    firmware: createHash('sha256').update(firmware).digest().subarray(0, 16),
    nonce: challenge === undefined ? randomBytes(16) : Buffer.from(challenge, 'hex'),
  };
  const { message, cose } = attest(identity, store.identity);
  return `%ATTESTTOKEN: "${message.toString('base64url')}.${cose.toString('base64url')}"`;
};

const uuidOf = ({ uuid }: Modem): string =>
  uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
