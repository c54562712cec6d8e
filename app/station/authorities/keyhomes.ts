/** The homes of CA keys behind one interface: files of the data folder, tokens, AWS KMS. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CaKey,
  decryptKey,
  encryptKey,
  type KeyService,
  newCaKeyPair,
  readKey,
  softwareKey,
  type Tokens,
} from '../../ca/index.ts';
import type { CaKeyType, Custody, NewCustody } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { hands } from '../../files/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';
import { type ModuleList, onlyListed } from './modulelist.ts';
import type { NewKey } from './newkey.ts';

export type KeyPorts = { tokens: Tokens; keyService: KeyService };
export type KeyHomes = ReturnType<typeof createKeyHomes>;

const none = (): never => {
  throw new StationError('ca.noTokens', 'this program was started without a way to tokens and key services');
};
const filesOnly: KeyPorts = {
  tokens: {
    modules: async () => [],
    check: none,
    list: none,
    makeKey: none,
    open: none,
    state: async () => 'absent',
    close: async () => {},
  },
  keyService: { makeKey: none, open: none, close: () => {} },
};

/** The homes of CA keys. Without `ports` there are only key files. */
export function createKeyHomes(
  dir: string,
  modules: Pick<ModuleList, 'assertListed'>,
  { tokens: all, keyService }: KeyPorts = filesOnly,
) {
  const tokens = onlyListed(all, modules);
  const fileOf = (file: string) => join(paths(dir).ca, file);
  const privateKey = async (custody: Extract<Custody, { kind: 'file' }>, passphrase: string) =>
    decryptKey(await keyPem(fileOf(custody.file)), passphrase);
  return {
    tokens,
    /** @throws as `open` */
    privateKey,
    /**
     * @throws `ca.missing`, `ca.wrongPassphrase`, `ca.damaged`, `ca.wrongPin`, `ca.pinLocked`, `ca.token*`, `cloud.*`
     */
    async open(custody: Custody, secret: string): Promise<CaKey> {
      switch (custody.kind) {
        case 'file':
          return softwareKey(await privateKey(custody, secret));
        case 'token':
          return tokens.open(custody, secret);
        case 'kms':
          return keyService.open(custody);
        case 'elsewhere':
          throw new StationError('ca.missing', 'the key of this CA is not at the station');
      }
    },
    /** Makes a key in its home. A file is on disk before this resolves. */
    async make(home: NewCustody, keyType: CaKeyType, label: string): Promise<NewKey> {
      switch (home.kind) {
        case 'file':
          return keepFile(dir, await newCaKeyPair(keyType), home.passphrase);
        case 'token': {
          const made = await tokens.makeKey({ ...home, keyType, label });
          return { ...made, undo: async () => (home.keyIdHex === undefined ? inToken(made.custody) : undefined) };
        }
        case 'kms': {
          const made = await keyService.makeKey({ ...home, keyType, label });
          return { ...made, undo: async () => (home.keyArn === undefined ? inKms(made.custody) : undefined) };
        }
      }
    },
    async close(): Promise<void> {
      keyService.close();
      await tokens.close();
    },
  };
}

// The station never destroys a key in a token or in KMS. A person decides that, and may rather continue with the key.
const inToken = ({ keyIdHex, tokenLabel }: Extract<Custody, { kind: 'token' }>) =>
  `its key ${keyIdHex} stays in the token ${tokenLabel}: name it to go on with it, or destroy it with the token's own tool`;
const inKms = ({ keyArn }: Extract<Custody, { kind: 'kms' }>) =>
  `its key ${keyArn} stays in KMS: name it to go on with it, or have KMS delete it`;

/** Writes the key encrypted, under a name made from its public key. `undo` brings back a file that was there before. */
export async function keepFile(
  dir: string,
  privateKey: Parameters<typeof encryptKey>[0],
  passphrase: string,
): Promise<NewKey> {
  const { spkiSha256 } = readKey(softwareKey(privateKey).spkiDer);
  const file = `${spkiSha256.slice(0, 16)}.key.pem`;
  const path = join(paths(dir).ca, file);
  const before = await readFile(path).catch(() => undefined);
  await writeWhole(path, await encryptKey(privateKey, passphrase), true);
  return {
    custody: { kind: 'file', file },
    key: softwareKey(privateKey),
    async undo() {
      await (before === undefined ? hands.remove(path) : writeWhole(path, before, true));
      return undefined;
    },
  };
}

const keyPem = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause) => {
    throw new StationError('ca.missing', `the key file ${file} cannot be read`, { cause });
  });
