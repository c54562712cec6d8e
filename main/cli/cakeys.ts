/** Options for the place of a new CA key and for opening an existing one. Secrets come from files or a prompt. */
import { type Command, Option } from 'commander';
import {
  type CustodyKind,
  caKeyType,
  type KeyAccess,
  type NewCustody,
  StationError,
} from '../../app/contract/index.ts';
import { askSecret, type CommonOptions, secretFrom } from './command.ts';
import { bytesFrom, textFrom } from './givenfile.ts';

export type NewKeyOptions = {
  keyType: string;
  keptIn: 'file' | 'token' | 'kms';
  keyPassphraseFile?: string;
  module?: string;
  token?: string;
  keyPinFile?: string;
  keyId?: string;
  region?: string;
  endpointUrl?: string;
  keyArn?: string;
};

export const withNewKey = (command: Command): Command =>
  command
    .addOption(new Option('--key-type <type>', 'type of the new key').choices(caKeyType.options).default('P-256'))
    .addOption(
      new Option('--kept-in <where>', 'where the new key lives').choices(['file', 'token', 'kms']).default('file'),
    )
    .option('--key-passphrase-file <file>', 'passphrase of the new key file (default: that of --passphrase-file)')
    .option('--module <file>', "PKCS#11 module of the token's maker")
    .option('--token <serial>', 'serial number of the token; see "ca tokens"')
    .option('--key-pin-file <file>', 'file holding the PIN of the token')
    .option('--key-id <hex>', 'take this key of the token instead of making one')
    .option('--region <region>', 'AWS Region of the KMS key')
    .option('--key-arn <arn>', 'take this KMS key instead of making one')
    .option('--endpoint-url <url>', 'a KMS of your own, e.g. the practice AWS');

export async function newCustodyOf(options: NewKeyOptions & CommonOptions): Promise<NewCustody> {
  switch (options.keptIn) {
    case 'file':
      return {
        kind: 'file',
        passphrase: await secretOf(options.keyPassphraseFile ?? options.passphraseFile, 'passphrase'),
      };
    case 'token': {
      const { module, token } = options;
      if (!module || !token) throw new StationError('call.badParams', '--kept-in token needs --module and --token');
      const pin = await secretOf(options.keyPinFile, 'PIN');
      return { kind: 'token', module, tokenSerial: token, pin, ...(options.keyId ? { keyIdHex: options.keyId } : {}) };
    }
    case 'kms': {
      const { region, endpointUrl, keyArn } = options;
      if (!region) throw new StationError('call.badParams', '--kept-in kms needs --region');
      return { kind: 'kms', region, ...(endpointUrl ? { endpointUrl } : {}), ...(keyArn ? { keyArn } : {}) };
    }
  }
}

export type AccessOptions = { secretFile?: string; export?: string; share?: string[] };

/** `whose` names, for the help, the CA whose key is opened. */
export const withAccess = (command: Command, whose: string): Command =>
  command
    .option('--secret-file <file>', `passphrase or PIN of ${whose} key (default: that of --passphrase-file)`)
    .option('--export <file>', `an export of ${whose} key, when the key is not at the station; --secret-file opens it`)
    .option('--share <file...>', `files with shares of ${whose} key, one each`);

/** A key in AWS KMS needs no secret. */
export async function accessOf(
  options: AccessOptions & CommonOptions,
  { custody }: { custody: CustodyKind },
): Promise<KeyAccess> {
  if (custody === 'kms') return { kind: 'secret', secret: '' };
  if (options.share)
    return {
      kind: 'shares',
      shares: await Promise.all(options.share.map(async (file) => (await textFrom(file)).trim())),
    };
  const secret = await secretOf(options.secretFile ?? options.passphraseFile, 'passphrase');
  if (options.export === undefined) return { kind: 'secret', secret };
  return { kind: 'export', content: (await bytesFrom(options.export)).toString('base64'), passphrase: secret };
}

/** @param read `newSecretFrom` for a secret that is to be set */
export async function secretOf(file: string | undefined, what: string, read = secretFrom): Promise<string> {
  if (file !== undefined) return read(file, what);
  const typed = await askSecret(`${what}: `);
  if (typed === undefined) throw new StationError('call.badParams', `a ${what} is needed: give its file`);
  return typed;
}
