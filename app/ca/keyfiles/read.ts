/** A CA's key from a file that another tool wrote, or that this station exported: PEM, DER or PKCS #12. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { readDer } from '../asn1/der.ts';
import { DerError, type DerNode, sameBytes, smallOf, tags } from '../asn1/node.ts';
import { allBlocks, decode, type PemBlock } from '../asn1/pem.ts';
import { contentStart } from '../asn1/reader.ts';
import { softwareKey } from '../authorities/key.ts';
import { algorithmFor, importKey, readKey } from '../keys/publickey.ts';
import { verifies } from '../x509/algorithm.ts';
import { normal } from './encrypted.ts';
import { type Budget, badKeyFile, newBudget, wrongPassphrase } from './fault.ts';
import { openShrouded, readP12 } from './p12.ts';

export type CaFile = {
  privateKey: KeyObject;
  /** In the file's order, which need not be the order of the chain. Empty when the file holds the key alone. */
  certificates: Uint8Array[];
};

/** The most that the contract's base64 can hold. A key with a dozen certificates takes a tenth of it. */
const maxBytes = 300_000;

/**
 * Reads the one private key of the file, which is tried by signing and verifying, and any certificates beside it. PEM
 * may hold PKCS#8 (plain or encrypted), SEC1 and PKCS#1, also in OpenSSL's old encryption; DER may hold the same; PKCS
 * #12 is read too. Work and memory are bounded.
 * @throws `ca.wrongPassphrase`; `ca.badKeyFile` – with `data.reason`, for everything else
 */
export async function readCaFile(content: Uint8Array, passphrase: string): Promise<CaFile> {
  if (content.length > maxBytes) throw badKeyFile('tooLarge', `${content.length} bytes, at most ${maxBytes} are read`);
  const budget = newBudget();
  try {
    return await readEither(content, passphrase, budget);
  } catch (error) {
    // This station normalises the typed passphrase before it writes a file. Other tools use the passphrase as it was
    // typed.
    const again = normal(passphrase);
    if (again === passphrase || !isWrongPassphrase(error)) throw error;
    return readEither(content, again, budget);
  }
}

/**
 * Reads a file that `ca.exportKey` returned, in base64.
 * @throws as `readCaFile`
 */
export function readExport(content: string, passphrase: string): Promise<CaFile> {
  return readCaFile(new Uint8Array(Buffer.from(content, 'base64')), passphrase);
}

const isWrongPassphrase = (error: unknown): boolean =>
  error instanceof StationError && error.code === 'ca.wrongPassphrase';

async function readEither(content: Uint8Array, passphrase: string, budget: Budget): Promise<CaFile> {
  try {
    const { keys, certificates } = await readAll(content, passphrase, budget);
    const [privateKey] = keys;
    if (privateKey === undefined) throw badKeyFile('noKey', 'it holds no private key');
    if (keys.length > 1) throw badKeyFile('severalKeys', `it holds ${keys.length} private keys`);
    await assertFit(privateKey);
    return { privateKey, certificates };
  } catch (cause) {
    if (cause instanceof StationError) throw cause;
    throw badKeyFile('unreadable', (cause as Error).message, cause);
  }
}

type Contents = { keys: KeyObject[]; certificates: Uint8Array[] };

async function readAll(content: Uint8Array, passphrase: string, budget: Budget): Promise<Contents> {
  if (content[0] === tags.sequence && isPfx(content)) {
    const { keys, certificates } = await readP12(content, passphrase, budget);
    return { keys: keys.map((der) => keyOf(der, 'pkcs8')), certificates };
  }
  if (content[0] === tags.sequence) return { keys: await keyInDer(content, passphrase, budget), certificates: [] };
  return readPem(Buffer.from(content).toString('latin1'), passphrase, budget);
}

/** INTEGER 3. */
const versionThree = Uint8Array.of(tags.integer, 1, 3);

/** A SEQUENCE that begins with version 3. Its length may have any form. */
function isPfx(bytes: Uint8Array): boolean {
  const at = contentStart(bytes, 0);
  return sameBytes(bytes.subarray(at, at + 3), versionThree);
}

async function readPem(text: string, passphrase: string, budget: Budget): Promise<Contents> {
  const blocks = allBlocks(text);
  if (blocks.length === 0) throw badKeyFile('unreadable', 'it is neither PEM nor DER nor PKCS #12');
  const keyBlocks = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  if (keyBlocks.length > 1) throw badKeyFile('severalKeys', `it holds ${keyBlocks.length} private keys`);
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ body }) => decode(body));
  const keys: KeyObject[] = [];
  for (const block of keyBlocks) keys.push(await keyInBlock(block, passphrase, budget));
  return { keys, certificates };
}

type KeyForm = 'pkcs8' | 'sec1' | 'pkcs1';

const forms: Readonly<Record<string, KeyForm>> = {
  'PRIVATE KEY': 'pkcs8',
  'EC PRIVATE KEY': 'sec1',
  'RSA PRIVATE KEY': 'pkcs1',
};

async function keyInBlock({ label, body, whole }: PemBlock, passphrase: string, budget: Budget): Promise<KeyObject> {
  if (label === 'ENCRYPTED PRIVATE KEY')
    return keyOf(await openShrouded(readDer(decode(body)), passphrase, budget), 'pkcs8');
  const form = forms[label];
  if (form === undefined) throw badKeyFile('unsupported', `a ${label} is not read here`);
  if (/^\s*Proc-Type:/.test(body)) return openOldPem(body, whole, passphrase);
  return keyOf(decode(body), form);
}

/**
 * RFC 1421 §4.6 as OpenSSL writes it: one round of MD5. There is no work to bound, and damage looks like a wrong
 * passphrase.
 */
function openOldPem(body: string, whole: string, passphrase: string): KeyObject {
  const cipher = /^DEK-Info: *([A-Z0-9-]{1,40})/m.exec(body)?.[1] ?? 'nothing known';
  if (!/^(AES-(128|192|256)|DES-EDE3)-CBC$/.test(cipher))
    throw badKeyFile('unsupported', `it is encrypted with ${cipher}, which is not read here`);
  try {
    return createPrivateKey({ key: whole, format: 'pem', passphrase });
  } catch (cause) {
    throw wrongPassphrase(cause);
  }
}

/** Finds the form by its first bytes: RFC 5958 §2 and §3, RFC 5915 §3, RFC 8017 §A.1.2. */
async function keyInDer(content: Uint8Array, passphrase: string, budget: Budget): Promise<KeyObject[]> {
  const node = readDer(content);
  const [first, second] = node.children;
  if (first?.tag === tags.sequence && second?.tag === tags.octetString)
    return [keyOf(await openShrouded(node, passphrase, budget), 'pkcs8')];
  const form = first?.tag === tags.integer ? formOf(smallOf(first, 'version'), second) : undefined;
  return form === undefined ? [] : [keyOf(content, form)];
}

function formOf(version: number, second: DerNode | undefined): KeyForm | undefined {
  if (second?.tag === tags.sequence && version <= 1) return 'pkcs8';
  if (second?.tag === tags.octetString && version === 1) return 'sec1';
  return second?.tag === tags.integer && version === 0 ? 'pkcs1' : undefined;
}

/** Zeroes `der`, which is a copy of the file's bytes. */
function keyOf(der: Uint8Array, type: KeyForm): KeyObject {
  const key = Buffer.from(der);
  try {
    return createPrivateKey({ key, format: 'der', type });
  } catch (cause) {
    throw badKeyFile('unreadable', `what it holds is no private key that can be read (${type})`, cause);
  } finally {
    key.fill(0);
  }
}

/**
 * Checks that this station could certify the key and that its halves belong together. node:crypto accepts other keys
 * too.
 */
async function assertFit(privateKey: KeyObject): Promise<void> {
  if (privateKey.asymmetricKeyType !== 'ec' && privateKey.asymmetricKeyType !== 'rsa')
    throw badKeyFile('unsupported', `a key of type ${privateKey.asymmetricKeyType} is not used here`);
  try {
    const key = softwareKey(privateKey);
    const facts = readKey(key.spkiDer);
    const algorithm = algorithmFor(facts.keyType);
    const text = Buffer.from('birthmark: do the halves of this key belong together?');
    if (!verifies(algorithm, text, importKey(facts), await key.sign(algorithm, text)))
      throw new DerError('its private key does not belong to its public key');
  } catch (cause) {
    if (cause instanceof StationError && cause.code === 'csr.weakKey') throw badKeyFile('weakKey', cause.detail, cause);
    if (cause instanceof StationError && cause.code.startsWith('csr.'))
      throw badKeyFile('unsupported', cause.detail, cause);
    throw cause instanceof DerError ? cause : badKeyFile('unreadable', 'its private key does not sign', cause);
  }
}
