/** The AT commands of the modem, as far as a station and Nordic's own tools use them. */
import { createHash, verify } from 'node:crypto';
import { attestToken, keygen } from './keygen.ts';
import { type Handler, isActive, type Modem } from './modem.ts';
import { certificatesIn, cme, keep, listAll, mayUse, place, type Store, types } from './store.ts';

const done = (act: () => unknown): string => {
  act();
  return '';
};

const handlers: [pattern: RegExp, run: Handler][] = [
  [/^AT$/i, () => ''],
  [/^AT\+CGSN$/i, ({ device }) => device.traits.hardwareId],
  [/^AT\+CGSN=1$/i, ({ device }) => `+CGSN: "${device.traits.hardwareId}"`],
  [/^AT\+CGMR$/i, ({ device }) => device.traits.firmware],
  [/^AT\+CGMM$/i, ({ device }) => device.traits.model],
  [/^AT\+CGMI$/i, () => 'Nordic Semiconductor ASA'],
  [/^AT\+CMEE=([01])$/i, ({ session }, [mode]) => done(() => (session.numbers = mode === '1'))],
  [/^AT\+CMEE\?$/i, ({ session }) => `+CMEE: ${session.numbers ? 1 : 0}`],
  [/^AT\+CFUN=([0124]|2[01]|3[01]|4[014])$/i, ({ session }, [mode]) => done(() => (session.functional = Number(mode)))],
  [/^AT\+CFUN\?$/i, ({ session }) => `+CFUN: ${session.functional}`],
  [/^AT%CMNG=0,(\d{1,10}),(\d{1,2}),"([^"]*)"(?:,"([^"]*)")?$/i, (modem, fields) => write(modem, fields)],
  [/^AT%CMNG=1(?:,(\d{1,10})(?:,(\d{1,2}))?)?$/i, (modem, fields) => list(modem, fields)],
  [/^AT%CMNG=2,(\d{1,10}),(\d{1,2})$/i, (modem, fields) => read(modem, fields)],
  [/^AT%CMNG=3,(\d{1,10}),(\d{1,2})$/i, (modem, fields) => remove(modem, fields)],
  [/^AT%CERTEXPIRY=(\d{1,10}),([01])$/i, (modem, fields) => expiry(modem, fields)],
  [/^AT%KEYGEN=(\d{1,10}),(\d{1,2})(?:,(\d)?(?:,"([^"]*)"(?:,"([^"]*)")?)?)?$/i, keygen],
  [/^AT%ATTESTTOKEN(?:="([^"]*)")?$/i, attestToken],
  [/^AT%XPMNG=0,"([^"]*)"(?:,(\d))?$/i, (modem, fields) => setOwner(modem, fields)],
  [/^AT%XPMNG=2$/i, ({ store }) => ownerOf(store, '0')],
];

/** Restricted once there is an owner's key: whatever changes credentials. */
const restricted = /^AT%(?:CMNG=[03]|KEYGEN)/i;
const signed = /^AT%XSUDO=(\d{1,4}),"([^"]*)"(?:,(\d))?;([\s\S]*)$/i;

/** Carries out one command. Returns information lines, or a CME error number; 0 is a bare ERROR. */
export function carryOut(modem: Modem, command: string): string | number {
  const sudo = signed.exec(command);
  if (!sudo) return modem.store.owners.size > 0 && restricted.test(command) ? cme.authentication : run(modem, command);
  const [, length = '', signature = '', tag = '0', rest = ''] = sudo;
  const owner = modem.store.owners.get(tag);
  if (owner === undefined) return cme.notFound;
  const text = rest.slice(0, Number(length));
  return isSigned(owner, text, signature) ? run(modem, `AT${text}`) : cme.authentication;
}

function run(modem: Modem, command: string): string | number {
  for (const [pattern, handle] of handlers) {
    const match = pattern.exec(command);
    if (match) return handle(modem, match.slice(1));
  }
  return cme.plain;
}

const write: Handler = (modem, [tag = '', type = '', content = '', passphrase]) => {
  if (!mayUse(Number(tag)) || Number(type) > types.pskIdentity) return cme.notAllowed;
  if (isActive(modem.session)) return cme.whileActive;
  if (content === '') return cme.plain;
  if (modem.build.pemLineEnds === 'lf' && content.includes('\r')) return cme.invalidContent;
  return keep(modem.store, Number(tag), Number(type), content, passphrase) ?? '';
};

const list: Handler = ({ device, store }, [tag, type]) => {
  /** The key changes as soon as it has a certificate, where the device is at fault. */
  const keyAt = (at: string) => {
    const certified = store.items.has(at.replace(/,2$/, ',1'));
    return device.fault.badProof && certified ? store.keys.get(at) && store.identity : store.keys.get(at);
  };
  return listAll(store, keyAt)
    .filter((each) => each.tag === Number(tag ?? each.tag) && each.type === Number(type ?? each.type))
    .map((each) => `%CMNG: ${each.tag},${each.type},"${each.sha256}"`)
    .join('\r\n');
};

/** Secrets cannot be read. */
const read: Handler = ({ store }, [tag = '', type = '']) => {
  if (!mayUse(Number(tag)) || [types.privateKey, types.psk].some((each) => each === Number(type)))
    return cme.notAllowed;
  const held = store.items.get(place(Number(tag), Number(type)));
  if (!held) return cme.notFound;
  const sha256 = createHash('sha256').update(held).digest('hex').toUpperCase();
  return `%CMNG: ${Number(tag)},${type},"${sha256}","${held.toString('latin1')}"`;
};

const remove: Handler = (modem, [tag = '', type = '']) => {
  const { items, keys, owners } = modem.store;
  if (!mayUse(Number(tag))) return cme.notAllowed;
  if (isActive(modem.session)) return cme.whileActive;
  const at = place(Number(tag), Number(type));
  const existed = Number(type) === types.owner ? owners.delete(tag) : items.delete(at) || keys.delete(at);
  return existed ? '' : cme.notFound;
};

/** The serial and the validity of the first certificate there: `yyyymmddhhmmssZ`. */
const expiry: Handler = ({ store }, [tag = '', type = '']) => {
  const [first] = certificatesIn(store.items.get(place(Number(tag), Number(type)))?.toString('latin1') ?? '');
  if (!first) return cme.notFound;
  const time = (text: string) => `${new Date(text).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
  return `%CERTEXPIRY: ${first.serialNumber},${time(first.validFrom)},${time(first.validTo)}`;
};

const setOwner: Handler = (modem, [pem = '', tag = '0']) => {
  if (isActive(modem.session)) return cme.whileActive;
  if (modem.store.owners.has(tag)) return cme.exists;
  if (!/^-----BEGIN PUBLIC KEY-----[\sA-Za-z0-9+/=]+-----END PUBLIC KEY-----\s*$/.test(pem)) return cme.notAllowed;
  return done(() => modem.store.owners.set(tag, pem));
};

const ownerOf = ({ owners }: Store, tag: string): string | number =>
  owners.has(tag) ? `%XPMNG: "${owners.get(tag)}"` : cme.notFound;

function isSigned(publicKeyPem: string, text: string, signature: string): boolean {
  try {
    return verify('sha256', Buffer.from(text, 'latin1'), publicKeyPem, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
