/** `pki`: keys, requests and certificates (FreeRTOS/iot-reference-stm32u5: Common/cli/cli_pki.c). */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { makeDeviceKey } from '../keys.ts';
import type { Subject } from '../subject.ts';
import { subjectFrom } from '../subject.ts';
import { helpTexts } from './help.ts';
import type { Cli, Reply } from './machine.ts';
import { beginImport, type PemOutcome, pem, takePemLine } from './pem.ts';
import { request, selfSigned, spki } from './x509.ts';

/** Longer labels are cut (pkcs11configMAX_LABEL_LENGTH). */
const longestLabel = 32;
const usual = { key: 'tls_key_priv', publicKey: 'tls_key_pub', certificate: 'tls_cert', signer: 'ota_signer_pub' };
/** The labels of core_pkcs11_pal_utils.c for certificates. */
export const certificateLabels = ['tls_cert', 'root_ca_cert', 'fleetprov_claim_cert'] as const;

/** A key pair takes 50 units: a second at the default of 20 ms, as on hardware. */
const costs = { key: 50, sign: 5, flash: 5, read: 1 } as const;
const plain = (text: string, cost = 0): Reply => ({ text, cost });

/** One `pki` command; `words` follow its name. What it does not know, it answers with its help. */
export function pki(cli: Cli, [verb, object, label, second]: string[]): Reply {
  const unknown = (what: string) =>
    plain(`Error: Invalid object type: '${object}' specified for ${what} command.\r\n${helpTexts.pki}`);
  if (verb === 'generate') {
    if (object === undefined)
      return plain(`Error: Not enough arguments to 'pki generate' command.\r\n${helpTexts.pki}`);
    if (object === 'key') return generateKey(cli, label, second);
    if (object === 'csr') return generateCsr(cli, label);
    if (object === 'cert') return generateCertificate(cli, label, second);
    return unknown('generate');
  }
  if (object === undefined || (verb !== 'import' && verb !== 'export')) return plain(helpTexts.pki);
  if (object !== 'key' && object !== 'cert') return unknown('import');
  if (verb === 'export') return object === 'key' ? exportKey(cli, label) : exportCertificate(cli, label);
  const save = object === 'key' ? savePublicKey : saveCertificate;
  const under = (label ?? (object === 'key' ? usual.signer : usual.certificate)).slice(0, longestLabel);
  cli.importing = beginImport((der) => save(cli, under, der));
  return plain('');
}

/** Takes one line of an import that is not over. */
export function pemLine(cli: Cli, line: string): Reply {
  if (!cli.importing) return plain('');
  const { over, cost = 0, ...reply } = takePemLine(cli.importing, line, cli.blanksEnd);
  if (over) delete cli.importing;
  return { ...reply, cost };
}

/** With one label alone the usual ones are taken. Other labels have no place in this port's storage. */
function generateKey({ flash, fault }: Cli, publicLabel?: string, privateLabel?: string): Reply {
  const usualLabels = privateLabel === undefined || (privateLabel === usual.key && publicLabel === usual.publicKey);
  const key = usualLabels ? makeDeviceKey(fault) : undefined;
  if (!key) return plain('ERROR: Failed to generate public/private key pair.\r\n', costs.key);
  const text = `SUCCESS: Key pair generated and stored in\r\nPrivate Key Label: ${usual.key}\r\nPublic Key Label: ${usual.publicKey}\r\n`;
  const act = () => {
    flash.key = key;
    flash.publicKeys.set(usual.publicKey, spki(key));
  };
  return { text: text + pem('PUBLIC KEY', spki(key)), cost: costs.key, step: 'key', act };
}

/** Without a public key the text ends without the closing quote. */
function exportKey({ flash }: Cli, label: string = usual.publicKey): Reply {
  const der = flash.publicKeys.get(label);
  if (!der) return plain(`ERROR: Failed to locate public key with label: '${label}\r\n`, costs.read);
  return plain(`Public Key Label: ${label}\r\n${pem('PUBLIC KEY', der)}`, costs.read);
}

function exportCertificate(cli: Cli, label: string = usual.certificate): Reply {
  const der = certificateAt(cli, label);
  return plain(der ? pem('CERTIFICATE', der) : '', costs.read);
}

/** The name is the staged one, committed or not. A comma in it would begin another attribute. */
const subjectOf = ({ staged }: Cli): Subject | undefined => {
  const name = staged.get('thing_name') ?? '';
  return name === '' ? [['CN', '']] : subjectFrom(`CN=${name}`);
};

/** Gives no answer at all when there is no such key. */
function generateCsr(cli: Cli, label: string = usual.key): Reply {
  const { flash, fault } = cli;
  const subject = subjectOf(cli);
  if (!flash.key || label !== usual.key || !subject) return plain('', costs.read);
  const key = fault.badProof && flash.certificates.has(usual.certificate) ? makeDeviceKey({}) : flash.key;
  const text = pem('CERTIFICATE REQUEST', request(key ?? flash.key, subject));
  return { text, cost: costs.sign, step: 'csr' };
}

/** The certificate is printed whether it could be kept or not. */
function generateCertificate(cli: Cli, label: string = usual.certificate, keyLabel: string = usual.key): Reply {
  const { flash, labels } = cli;
  const subject = subjectOf(cli);
  if (!flash.key || keyLabel !== usual.key || !subject) return plain('', costs.read);
  const der = selfSigned(flash.key, subject);
  const act = () => {
    if (labels.includes(label)) flash.certificates.set(label, der);
  };
  return { text: pem('CERTIFICATE', der), cost: costs.sign + costs.flash, step: 'commit.cert', act };
}

function saveCertificate({ flash, fault, labels }: Cli, label: string, der: Buffer): PemOutcome {
  try {
    new X509Certificate(der);
  } catch {
    return { text: '' };
  }
  const full = fault.refuse?.command === 'commit' && fault.refuse.error === 'storage';
  if (full || !labels.includes(label))
    return { text: `Error: failed to save certificate to label: '${label}'.\r\n`, cost: costs.flash };
  const act = () => {
    flash.certificates.set(label, der);
  };
  const step = label === usual.certificate ? 'commit.cert' : 'commit.root';
  return { text: `Success: Certificate loaded to label: '${label}'.\r\n`, cost: costs.flash, step, act };
}

function savePublicKey({ flash }: Cli, label: string, der: Buffer): PemOutcome {
  try {
    createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return { text: 'ERROR: Failed to parse public key.' };
  }
  if (label !== usual.signer && label !== usual.publicKey)
    return { text: `Error: failed to save public key to label: '${label}'.\r\n`, cost: costs.flash };
  const act = () => {
    flash.publicKeys.set(label, der);
  };
  return { text: `Success: Public Key loaded to label: '${label}'.\r\n`, cost: costs.flash, act };
}

function certificateAt({ flash, fault }: Cli, label: string): Buffer | undefined {
  const stored = flash.certificates.get(label);
  if (stored || !fault.wrongSerial || label !== usual.certificate) return stored;
  // A device that was provisioned as another unit holds a certificate with that name.
  const key = flash.key ?? makeDeviceKey({});
  return key && selfSigned(key, [['CN', fault.wrongSerial]]);
}
