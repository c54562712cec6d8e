import { createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { bitString, objectIdentifier, octetString, sequence, set, smallInteger, tagged, utf8String } from '../der.ts';
import type { Fault } from '../faults.ts';
import { makeDeviceKey } from '../keys.ts';

/** The memory that survives power loss: keys and certificates by PKCS#11 label, and the committed configuration. */
export type Flash = { key?: KeyObject; certificates: Map<string, Buffer>; config: Map<string, string> };

/** One power-on of the command line. `staged` and an open import are lost with the power. */
export type Cli = {
  flash: Flash;
  staged: Map<string, string>;
  importing?: PemImport;
  /** Whether an import continues after the footer until two blank lines, as its help text says. */
  blanksEnd: boolean;
  readonly fault: Fault;
};

type PemImport = { label: string; began: boolean; der: Buffer; blanks: number; ended: boolean };

/** The reaction to a line. `cost` is in units of the compute time; `step` is its name for the fault `dieAt`. */
export type Reply = { text: string; cost: number; step?: string; act?: () => void; reset?: boolean };

/** FreeRTOS/iot-reference-stm32u5, Common/cli/cli_pki.c and cli.h. */
export const limits = { line: 127, pemLine: 64, pem: 2048, label: 32 } as const;
const keyNames = ['thing_name', 'mqtt_endpoint', 'mqtt_port', 'wifi_ssid', 'wifi_credential', 'time_hwm'];
const labels = { key: 'tls_key_priv', publicKey: 'tls_key_pub', certificate: 'tls_cert' } as const;

/** A key pair takes 50 units: a second at the default of 20 ms, as on hardware. */
const costs = { key: 50, sign: 5, flash: 5, read: 1 } as const;

const plain = (text: string, cost = 0): Reply => ({ text, cost });
const unknown = "Command not recognized. Enter 'help' to view a list of available commands.\r\n";

/** One line at the prompt. Words are split at blanks, so a value has none. */
export function command(cli: Cli, line: string): Reply {
  const [verb = '', ...words] = line.split(' ').filter((word) => word !== '');
  if (verb === 'help') return plain('conf:\r\n    Get/ Set/ Commit runtime configuration values\r\n\npki:\r\n\n');
  if (verb === 'reset') return { text: '', cost: costs.flash, reset: true };
  if (verb === 'conf') return configure(cli, words);
  if (verb !== 'pki') return plain(unknown);
  const [act = '', object = '', label] = words;
  if (act === 'generate' && object === 'key') return generateKey(cli);
  if (act === 'generate' && object === 'csr') return generateCsr(cli, label ?? labels.key);
  if (act === 'export' && object === 'key') return exportKey(cli, label ?? labels.publicKey);
  if (act === 'export' && object === 'cert') {
    const der = certificateAt(cli, label ?? labels.certificate);
    return plain(der ? pem('CERTIFICATE', der) : '', costs.read);
  }
  if (act !== 'import' || object !== 'cert') return plain(`Error: Invalid object type: '${object}'\r\n`);
  cli.importing = {
    label: (label ?? labels.certificate).slice(0, limits.label),
    began: false,
    der: Buffer.alloc(0),
    blanks: 0,
    ended: false,
  };
  return plain('');
}

function configure({ flash, staged }: Cli, [act, name = '', value = '']: string[]): Reply {
  const shown = (key: string) => {
    const text = staged.get(key) ?? '';
    return /^(mqtt_port|time_hwm)$/.test(key) ? `${key}=${text}\r\n` : `${key}="${text}"\r\n`;
  };
  if (act === 'commit') {
    const commit = () => {
      flash.config = new Map(staged);
    };
    return { text: 'Configuration saved to NVM.\r\n', cost: costs.flash, step: 'commit.config', act: commit };
  }
  if (act === 'get' && name === '') return plain(keyNames.map(shown).join(''));
  if (act !== 'get' && act !== 'set') return plain('conf:\r\n    Get/ Set/ Commit runtime configuration values\r\n\n');
  if (!keyNames.includes(name)) return plain(`Error: key: ${name} was not recognized.\r\n`);
  if (act === 'get') return plain(shown(name));
  if (/^(mqtt_port|time_hwm)$/.test(name) && !/^\d+$/.test(value))
    return plain(`Error: value: ${value} is not valid for key: ${name}\r\n`);
  staged.set(name, value);
  return { text: shown(name), cost: 0, step: 'set' };
}

function generateKey({ flash, fault }: Cli): Reply {
  const key = makeDeviceKey(fault);
  if (!key) return plain('ERROR: Failed to generate public/private key pair.\r\n', costs.key);
  const text = `SUCCESS: Key pair generated and stored in\r\nPrivate Key Label: ${labels.key}\r\nPublic Key Label: ${labels.publicKey}\r\n`;
  const act = () => {
    flash.key = key;
  };
  return { text: text + pem('PUBLIC KEY', spki(key)), cost: costs.key, step: 'key', act };
}

function exportKey({ flash }: Cli, label: string): Reply {
  if (!flash.key || label !== labels.publicKey)
    return plain(`ERROR: Failed to locate public key with label: '${label}\r\n`, costs.read);
  return plain(`Public Key Label: ${label}\r\n${pem('PUBLIC KEY', spki(flash.key))}`, costs.read);
}

/** Gives no answer at all when there is no such key. The name is the staged one, committed or not. */
function generateCsr({ flash, staged, fault }: Cli, label: string): Reply {
  if (!flash.key || label !== labels.key) return plain('', costs.read);
  const key = fault.badProof && flash.certificates.has(labels.certificate) ? makeDeviceKey({}) : flash.key;
  const text = pem('CERTIFICATE REQUEST', request(key ?? flash.key, staged.get('thing_name') ?? ''));
  return { text, cost: costs.sign, step: 'csr' };
}

/** Takes one line of a certificate that is being imported. A good line has no answer. */
export function pemLine(cli: Cli, line: string): Reply {
  const reading = cli.importing;
  if (!reading) return plain('');
  const fail = (text: string): Reply => {
    delete cli.importing;
    return plain(text);
  };
  if (reading.ended) {
    reading.blanks += line === '' ? 1 : 0;
    if (reading.blanks < 2) return plain('');
    delete cli.importing;
    return save(cli, reading);
  }
  if (line.length > limits.pemLine) return fail('Error: Current line exceeds maximum line length for a PEM file.\r\n');
  if (reading.der.length + line.length + 1 >= limits.pem)
    return fail('Error: Out of memory to store the given PEM file.\r\n');
  if (!reading.began) {
    if (!line.startsWith('-----BEGIN '))
      return fail("Error: PEM header does not contain the expected text: '-----BEGIN '.\r\n");
    if (!line.slice(11).includes('-----'))
      return fail("Error: PEM header does not contain the expected ending: '-----'.\r\n");
    reading.began = true;
    return plain('');
  }
  if (line.startsWith('-----END ')) {
    if (!line.slice(9).includes('-----'))
      return fail("Error: PEM footer does not contain the expected ending: '-----'.\r\n");
    reading.ended = true;
    if (cli.blanksEnd) return plain('');
    delete cli.importing;
    return save(cli, reading);
  }
  // A line that Mbed TLS cannot decode ends the import without a word.
  const bytes = Buffer.from(line, 'base64');
  if (bytes.toString('base64') !== line) return fail('');
  reading.der = Buffer.concat([reading.der, bytes]);
  return plain('');
}

function save({ flash, fault }: Cli, { label, der }: PemImport): Reply {
  try {
    new X509Certificate(der);
  } catch {
    return plain('');
  }
  const full = fault.refuse?.command === 'commit' && fault.refuse.error === 'storage';
  if (full) return plain(`Error: failed to save certificate to label: '${label}'.\r\n`, costs.flash);
  const act = () => {
    flash.certificates.set(label, der);
  };
  const step = label === labels.certificate ? 'commit.cert' : 'commit.root';
  return { text: `Success: Certificate loaded to label: '${label}'.\r\n`, cost: costs.flash, step, act };
}

function certificateAt({ flash, fault }: Cli, label: string): Buffer | undefined {
  const stored = flash.certificates.get(label);
  if (stored || !fault.wrongSerial || label !== labels.certificate) return stored;
  // A device that was provisioned as another unit holds a certificate with that name.
  const key = flash.key ?? makeDeviceKey({});
  return key && selfSigned(key, fault.wrongSerial);
}

/** PEM as `vPrintDer` writes it: 48 bytes a line, each ended by CR LF. */
export function pem(what: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`, ''].join('\r\n');
}

const spki = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const named = (name: string) => sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(name))));
const signed = (content: Buffer, key: KeyObject) =>
  sequence(content, ecdsaWithSha256, bitString(sign('sha256', content, key)));

/**
 * A request as Mbed TLS makes it for this command: key usage digitalSignature and Netscape's type "SSL client" (RFC
 * 2985 5.4.2).
 */
function request(key: KeyObject, name: string): Buffer {
  const firstBit = octetString(bitString(Buffer.from([0x80]), 7));
  const extensions = sequence(
    sequence(objectIdentifier('2.5.29.15'), firstBit),
    sequence(objectIdentifier('2.16.840.1.113730.1.1'), firstBit),
  );
  const attribute = sequence(objectIdentifier('1.2.840.113549.1.9.14'), set(extensions));
  return signed(sequence(smallInteger(0), named(name), spki(key), tagged(0, attribute)), key);
}

function selfSigned(key: KeyObject, name: string): Buffer {
  const time = (text: string) => Buffer.concat([Buffer.from([0x17, text.length]), Buffer.from(text)]);
  const validity = sequence(time('200101000000Z'), time('491231235959Z'));
  const content = [smallInteger(1), ecdsaWithSha256, named(name), validity, named(name), spki(key)];
  return signed(sequence(...content), key);
}
