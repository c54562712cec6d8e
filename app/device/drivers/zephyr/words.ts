import { createHash, createPublicKey, verify } from 'node:crypto';
import { StationError } from '../../../contract/errors.ts';
import type { ClaimInstallation, Installation } from '../../driver.ts';
import { pemOf } from '../../pem.ts';

/**
 * The answers of Zephyr's `cred` shell and of nRF Connect SDK's `nrf_cloud_cred` shell (zephyr:
 * tls_credentials_shell.c, hwinfo_shell.c, version.c; sdk-nrf: nrf_cloud_credentials_keygen_shell.c). Each pattern ends
 * the answer to one command, good or bad.
 */
export const ends = {
  kernel: /^(?:Zephyr version (\S+)|kernel: command not found|kernel - .*)$/,
  app: /^(?:(v?\d+\.\d[\w.+~-]*)|app: command not found|app - .*)$/,
  devid:
    /^(?:ID: 0x((?:[0-9a-f]{2}){1,16})|hwinfo: command not found|hwinfo - .*|Not supported by hardware|Error: -\d+)$/,
  /** The command alone prints its help, which begins so. */
  keyShell: /^(?:nrf_cloud_cred - .*|Please specify a subcommand\.|nrf_cloud_cred: command not found)$/,
  keygen:
    /^(?:Generated device key in sec tag \d+|Key already exists in sec tag \d+\. .*|Key generation failed: (-?\d+))$/,
  csr: /^(?:CSR generation complete|CSR generation failed: (-?\d+)|Base64 encoding failed: (-?\d+))$/,
  deleteKey: /^(?:Deleted device key in sec tag \d+|Key deletion failed: (-?\d+))$/,
  list: /^(?:(\d+) credentials found\.|cred: command not found)$/,
  /** Firmware without `buf load` takes the word for four bytes of data. */
  load: /^(?:Input credential, finish with CTRL\+C\.|Stored 4 bytes\.|Not enough room in credential buffer.*)$/,
  stored: /^(?:Stored (\d+) bytes\.|Not enough room in credential buffer.*)$/,
  cleared: /^Credential buffer cleared\.$/,
  add: new RegExp(
    '^(?:Added TLS credential of type \\S+, sectag -?\\d+, and length (\\d+) bytes\\.' +
      '|Please provide a credential to add\\.|TLS credential with sectag -?\\d+ and type \\S+ already exists\\.' +
      '|Could not decode input from base64, error: -?\\d+|Not enough heap for TLS credential of size \\d+\\.' +
      '|No reference slot available, .*' +
      '|Failed to add TLS credential with sectag -?\\d+ and type \\S+\\. Error: -?\\d+)$',
  ),
  del: /^(?:Deleted TLS credential with sectag .*\.|There is no TLS credential with sectag .*\.|Deleting TLS credential .* failed with error: (-?\d+)\.)$/,
} as const;

/** The shell refuses a word of a line that it repeated as it was typed: firmware of another kind or age. */
export const refusedWord =
  /^(?:.* is not a valid (?:sectag|credential type|backend|storage format)\.|Invalid sec tag: .*|\S+: (?:wrong parameter count|command not found))$/;

/** Only a credential store in RAM prints these (CONFIG_TLS_CREDENTIALS_BACKEND_VOLATILE). */
export const inRam = /^(?:Credential has been copied to heap\.|Stored credential freed\.)/;

/**
 * A certificate is SERV here, the last of the shell's synonyms and the one that `cred list` prints. PK is a key that was
 * written, as a claim's; the device's own is PK_PSA.
 */
export type Slot = 'SERV' | 'CA' | 'PK';

/** One line of `cred list`. The digest is that of the stored bytes, base64. */
export const listed = /^(-?\d+),([A-Z_]+),([A-Za-z0-9+/]{43}=|ERROR|N\/A),(-?\d+)$/;

/** The digests for one security tag by type; `undefined` when the list did not come whole. */
export function readList(lines: readonly string[], count: number, secTag: number): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, tag, type = '', digest = ''] = listed.exec(line) ?? [];
    if (Number(tag) === secTag) found.set(type, digest);
  }
  // A line that was damaged on the way is missing here. The device reports the count.
  return found.size === count ? found : undefined;
}

/** One way to store an item: the text to type (base64), the format for `cred add`, and the resulting digest. */
export type Form = { base64: string; format: 'BINT' | 'BIN'; digest: string; withChain: boolean };
/** The item for one type. `forms` has the best first: with the chain, then without it. */
export type Item = { slot: Slot; name: string; forms: readonly [Form, ...Form[]] };

/**
 * The items to write, each with its best form first. PEM needs its terminating NUL, because Mbed TLS reads more than
 * one certificate only from PEM. Bare DER, without the issuing CA's certificate, is for firmware whose buffer is too
 * small for that.
 */
export function itemsOf(what: Installation): Item[] {
  const items: Item[] = [];
  const { rootCaDer, certificateDer, chainDer } = what;
  if (rootCaDer.length > 0) items.push({ slot: 'CA', name: 'rootCa', forms: [pem([rootCaDer]), der(rootCaDer)] });
  const forms = [pem([certificateDer, ...chainDer]), der(certificateDer)] as const;
  return [...items, { slot: 'SERV', name: 'certificate', forms }];
}

/** The items of a claim. The key is last: with it the claim is whole. */
export function claimItemsOf({ certificateDer, privateKeyDer, rootCaDer }: ClaimInstallation): Item[] {
  const items = itemsOf({ certificateDer, chainDer: [], rootCaDer, config: {} });
  return [...items, { slot: 'PK', name: 'privateKey', forms: [der(privateKeyDer)] }];
}

/**
 * The key of a claim, in the one command that has it. A transcript must know each line with a part of it for what it is, so
 * it is not typed in pieces.
 */
export const keyTyped = /cred add \d{1,10} PK DEFAULT BIN (?<key>[A-Za-z0-9+/=]+)/;

function pem(ders: readonly Uint8Array[]): Form {
  const bytes = Buffer.from(ders.map((each) => pemOf(each, '\n')).join(''), 'latin1');
  // BINT: the firmware stores a NUL behind the text and includes it in the digest.
  const digest = digestOf(Buffer.concat([bytes, Buffer.of(0)]));
  return { base64: bytes.toString('base64'), format: 'BINT', digest, withChain: true };
}

function der(bytes: Uint8Array): Form {
  return { base64: Buffer.from(bytes).toString('base64'), format: 'BIN', digest: digestOf(bytes), withChain: false };
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/**
 * The signed part of a CSR, and whether its signature is good; `undefined` for other bytes. The shell has no checksum,
 * so a changed character shows only here. The station judges the CSR itself.
 */
export function examineCsr(csrDer: Buffer): { signed: Buffer; sound: boolean } | undefined {
  try {
    const [info, algorithm, signature] = children(csrDer);
    const key = info && children(info)[2];
    if (!info || !algorithm || !key || !signature) return undefined;
    // The bytes that the signature does not cover must have their usual form.
    const frame = Buffer.concat([
      csrDer.subarray(0, 1),
      algorithm,
      signature.subarray(0, 1),
      content(signature).subarray(0, 1),
    ]);
    const framed = ecdsaFrames.includes(frame.toString('hex'));
    return { signed: info, sound: framed && isSigned(info, key, content(signature).subarray(1)) };
  } catch {
    return undefined;
  }
}

/** SEQUENCE, ecdsa-with-SHA256 (some Mbed TLS write a NULL after it), BIT STRING with no unused bits. */
const ecdsaFrames = ['30300a06082a8648ce3d0403020300', '30300c06082a8648ce3d04030205000300'];

/** Whether the signature is good. False also for a key of an unknown kind. */
function isSigned(info: Buffer, spki: Buffer, signature: Buffer): boolean {
  try {
    return verify('sha256', info, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

/** The elements of the DER sequence in `bytes`, each with its tag and length. */
function children(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let rest = content(bytes); rest.length > 0; ) {
    const whole = rest.subarray(0, extent(rest).end);
    found.push(whole);
    rest = rest.subarray(whole.length);
  }
  return found;
}

function content(bytes: Buffer): Buffer {
  const { start, end } = extent(bytes);
  if (end !== bytes.length) throw new RangeError('not one element');
  return bytes.subarray(start, end);
}

function extent(bytes: Buffer): { start: number; end: number } {
  const first = bytes.readUInt8(1);
  const more = first < 0x80 ? 0 : first & 0x7f;
  const start = 2 + more;
  const end = start + (more === 0 ? first : bytes.readUIntBE(2, more));
  if (end > bytes.length) throw new RangeError('cut off');
  return { start, end };
}

const refused = (reason: string, detail: string) => new StationError('device.refused', detail, { data: { reason } });
const full = (reason: string, detail: string) => new StationError('device.storageFull', detail, { data: { reason } });
/** The error for firmware that cannot do what the station needs. */
export const incompatible = (reason: string, detail: string) =>
  new StationError('device.incompatible', detail, { data: { reason } });

/** The error for firmware that was built without a part; `option` is the build option for that part. */
export const missing = (what: string, option: string) =>
  incompatible('notBuiltIn', `the firmware has no ${what}: build it with ${option}`);

/** Zephyr's errno: 5 EIO, 12 ENOMEM, 22 EINVAL, 134 ENOTSUP. */
export function keygenError(code: number, secTag: number): StationError {
  if (code === -22)
    return refused(String(code), `security tag ${secTag} is no PSA key id for firmware to use: choose 1 to 1073741823`);
  if (code === -134) {
    const detail = `the device keeps one key, and it is in another security tag than ${secTag}: delete it there first`;
    return refused(String(code), detail);
  }
  if (code === -12)
    return full(String(code), 'no place to register the key: raise CONFIG_TLS_MAX_CREDENTIALS_NUMBER in the firmware');
  return new StationError('device.keyFailed', `the device could not make a key (error ${code})`, {
    data: { reason: String(code) },
  });
}

/** The error for the answer of `nrf_cloud_cred csr`. */
export const csrError = (code: number): StationError =>
  refused(String(code), code === -22 ? 'the device refuses the subject' : `the device made no CSR (error ${code})`);

/** The error for an item that the device did not delete. */
export const deleteError = (what: string, reason: string): StationError =>
  refused(reason, `the device did not delete ${what}`);

/** The error for an answer of `cred add` other than success. */
export function addError(line: string): StationError {
  const code = /Error: (-?\d+)$/.exec(line)?.[1] ?? '';
  if (code === '-12' || line.startsWith('No reference slot'))
    return full(
      code || 'slots',
      'no place for the credential: raise CONFIG_TLS_MAX_CREDENTIALS_NUMBER in the firmware',
    );
  if (line.startsWith('Not enough heap')) {
    const option = 'CONFIG_HEAP_MEM_POOL_ADD_SIZE_TLS_CRED_SHELL';
    return full('heap', `the firmware has no memory for the credential: raise ${option}`);
  }
  return refused(code || 'add', `the device did not store the credential: ${line}`);
}

/** The error for an item longer than the shell's buffer. */
export const bufferTooSmall = ({ name, forms }: Item): StationError => {
  const sizes = forms.map((form) => form.base64.length + 1);
  const detail =
    `the firmware's buffer has no room for ${name}, ${sizes.at(-1)} characters at least; ` +
    `set CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE to ${sizes[0]} or more`;
  return full('credentialBuffer', detail);
};
