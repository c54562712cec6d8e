/** The folder of a witness: its key, and for each log the keys it trusts and the last checkpoint that it cosigned. */
import { createPrivateKey, generateKeyPairSync, hash, sign } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StationError } from '../../app/contract/errors.ts';
import { makeFolderFor } from '../../app/files/index.ts';
import {
  cosignatureKind,
  keyName,
  type LogSigner,
  noteKind,
  publicKeyBytes,
  readVerifierKey,
  verifierKey,
} from '../../app/records/log/note.ts';
import { writeWhole } from '../../app/station/index.ts';

const witnessFile = z.strictObject({
  format: z.literal('birthmark-witness/1'),
  name: z.string().regex(keyName),
});
const logFile = z.strictObject({
  origin: z.string(),
  /** The key of the log, `name+id+key`. A station that was restored has a new one. */
  key: z.string(),
  /** The last cosigned checkpoint, with the log's signature and the cosignature; null before the first. */
  latest: z.strictObject({ size: z.int().min(0), root: z.string(), note: z.string() }).nullable(),
});
export type KnownLog = z.infer<typeof logFile>;

export type WitnessStore = {
  name: string;
  signer: LogSigner;
  /** The public key that stations need. */
  key: string;
  /** Undefined when the witness does not know this log. */
  log(origin: string): Promise<KnownLog | undefined>;
  logs(): Promise<KnownLog[]>;
  /** The file is on the disk when this resolves. */
  keep(log: KnownLog): Promise<void>;
  /** Keeps beside it what was known of a log that begins once more: it may be asked about. */
  retire(log: KnownLog): Promise<void>;
};

const paths = (dir: string) => ({
  about: join(dir, 'witness.json'),
  key: join(dir, 'witness.key.pem'),
  logs: join(dir, 'logs'),
});

const textOf = (log: KnownLog): string => `${JSON.stringify(log, null, 2)}\n`;

const unreadable = (file: string, cause: unknown) =>
  new StationError('records.failed', `${file} cannot be read: bring it back from a copy`, { cause });

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, thrown);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

/**
 * Makes a witness in an empty or new folder.
 *
 * @param name what its key and its lines are called: best an address without https://
 * @throws records.exists – there is one; call.badParams – the name has a space, a plus sign or a control character
 */
export async function makeWitness(dir: string, name: string): Promise<WitnessStore> {
  const { about, key, logs } = paths(dir);
  if (!witnessFile.shape.name.safeParse(name).success)
    throw new StationError(
      'call.badParams',
      'the name of a witness has no space, no plus sign and no control character',
    );
  const names = await readdir(dir).catch((): string[] => []);
  if (names.some((one) => one !== 'logs'))
    throw new StationError('records.exists', `${dir} is not empty; choose an empty or new folder`);
  await makeFolderFor(join(logs, 'log'), 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeWhole(key, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, true);
  await writeWhole(about, `${JSON.stringify({ format: 'birthmark-witness/1', name })}\n`);
  return openWitness(dir);
}

/** @throws records.notStation – the folder holds no witness; records.failed – a file cannot be read */
export async function openWitness(dir: string): Promise<WitnessStore> {
  const { about, key: keyFile, logs } = paths(dir);
  const made = await readJson(about, witnessFile);
  if (made === undefined)
    throw new StationError('records.notStation', `${dir} holds no witness; make one with "witness init"`);
  const pem = await readFile(keyFile).catch((cause: unknown) => {
    throw unreadable(keyFile, cause);
  });
  const key = createPrivateKey(pem);
  pem.fill(0);
  const signer: LogSigner = { publicKey: publicKeyBytes(key), sign: (text) => sign(null, text, key) };
  const fileOf = (origin: string) => join(logs, `${hash('sha256', origin)}.json`);
  return {
    ...{ name: made.name, signer, key: verifierKey(made.name, signer.publicKey, cosignatureKind) },
    log: (origin) => readJson(fileOf(origin), logFile),
    async logs() {
      const names = (await readdir(logs)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).sort();
      const all = await Promise.all(names.map((name) => readJson(join(logs, name), logFile)));
      return all.filter((log) => log !== undefined);
    },
    keep: (log) => writeWhole(fileOf(log.origin), textOf(log)),
    retire: (log) =>
      writeWhole(join(logs, `former-${hash('sha256', log.origin)}-${log.latest?.size ?? 0}.json`), textOf(log)),
  };
}

/**
 * The witness knows this log from now on. A log that is known with another key was restored, or someone says so: with
 * `restored` the new key counts, and the log begins once more.
 *
 * @param key the log's `name+id+key`
 * @returns the name of the log
 * @throws call.badParams – it is no such key; records.exists – the log is known with another key
 */
export async function addLog(store: WitnessStore, key: string, restored: boolean): Promise<string> {
  const log = readVerifierKey(key, noteKind);
  if (log === undefined)
    throw new StationError(
      'call.badParams',
      'this is no key of a log: name+id+key, as "audit checkpoint --json" prints it',
    );
  const known = await store.log(log.name);
  if (known?.key === key) return log.name;
  if (known !== undefined && !restored)
    throw new StationError(
      'records.exists',
      `${log.name} is known with another key. Ask why: only a restore from a backup changes it; then add --restored`,
    );
  if (known !== undefined) await store.retire(known);
  await store.keep({ origin: log.name, key, latest: null });
  return log.name;
}
