import { hash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { CaKey, KeyService } from '../ca/authorities/key.ts';
import { signatureAlgorithms } from '../ca/x509/algorithm.ts';
import type { CaKeyType, Custody } from '../contract/authority.ts';
import { StationError } from '../contract/errors.ts';
import { cloudError, required } from './failure.ts';
import { keyError, kmsAlgorithm, onceKnown, specs, typeOf, unfit } from './keyspec.ts';

/** CA keys in AWS KMS. Like aws.ts this file imports the AWS SDK, and loads it when it is first needed. */

export type KeyServiceOptions = {
  /** The endpoint for keys without their own: the practice AWS, whose port changes. */
  endpointUrl?: string | undefined;
  /** Absent means the SDK's default chain (environment, profile, SSO, instance role…). Never stored. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** The limit for one operation, including finding credentials and the SDK's retries. */
  limitMs?: number | undefined;
};

type KmsCustody = Extract<Custody, { kind: 'kms' }>;
type Place = Pick<KmsCustody, 'region' | 'endpointUrl'>;

/** A signature takes some 100 ms, and a unit waits for it. Three attempts of the SDK fit into the limit. */
const connectMs = 3_000;
const answerMs = 5_000;
const requestHandler = { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true };
const defaultLimitMs = 20_000;

/** Uses no network until a key is made or opened. `close` ends running calls and closes every key. */
export function createKeyService(options: KeyServiceOptions = {}): KeyService {
  const { credentials, endpointUrl: usualEndpoint, limitMs = defaultLimitMs } = options;
  const clients = new Map<string, Promise<KMSClient>>();
  const keys = new Set<CaKey>();
  const closing = new AbortController();

  const clientFor = ({ region, endpointUrl = usualEndpoint }: Place, maxAttempts = 3): Promise<KMSClient> => {
    const name = JSON.stringify([region, endpointUrl, maxAttempts]);
    const client = clients.get(name) ?? newClient({ region, endpointUrl }, maxAttempts);
    clients.set(name, client);
    return client;
  };
  const newClient = async ({ region, endpointUrl }: Place, maxAttempts: number): Promise<KMSClient> => {
    const { KMSClient } = await import('@aws-sdk/client-kms');
    return new KMSClient({
      region,
      maxAttempts,
      requestHandler,
      ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
      ...(credentials && { credentials: { ...credentials } }),
    });
  };

  /** Runs one operation within its time limit. Every thrown error leaves as a StationError. */
  const call = async <T>(
    operation: string,
    act: (o: { abortSignal: AbortSignal }) => Promise<T>,
    closed?: AbortSignal,
  ) => {
    const late = AbortSignal.timeout(limitMs);
    const ended = AbortSignal.any([closing.signal, ...(closed ? [closed] : [])]);
    const abortSignal = AbortSignal.any([ended, late]);
    try {
      abortSignal.throwIfAborted();
      // The SDK heeds the signal once it has credentials. The search for them may hang as well.
      return await Promise.race([act({ abortSignal }), rejectedBy(abortSignal)]);
    } catch (error) {
      if (!late.aborted || ended.aborted) throw cloudError(error, operation, ended);
      const detail = `${operation} was not answered within ${limitMs} ms`;
      throw new StationError('cloud.unreachable', detail, { data: { operation }, cause: error });
    }
  };

  /** A lost answer must not make a second key unnoticed, so this is asked once and has the whole time for it. */
  const create = async (place: Place, keyType: CaKeyType, label: string): Promise<string> => {
    const tag = { TagKey: 'birthmark', TagValue: label.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-').slice(0, 256) };
    const description = { Description: `Birthmark CA key: ${label}`, Tags: [tag] };
    try {
      const { CreateKeyCommand } = await import('@aws-sdk/client-kms');
      const command = new CreateKeyCommand({ KeySpec: specs[keyType], KeyUsage: 'SIGN_VERIFY', ...description });
      const client = await clientFor(place, 1);
      const { KeyMetadata } = await call('CreateKey', (o) => client.send(command, { ...o, requestTimeout: limitMs }));
      return required(KeyMetadata?.Arn, 'CreateKey', 'KeyMetadata.Arn');
    } catch (error) {
      if (!(error instanceof StationError) || error.code !== 'cloud.unreachable') throw error;
      const told = `the key may exist even so: look in KMS for one tagged birthmark = ${tag.TagValue}`;
      throw new StationError(error.code, `${error.detail}; ${told}`, { data: error.data, cause: error });
    }
  };

  /** @throws `ca.unfit` – unless the key exists, is enabled, is for signing and has this type */
  const examine = async (place: Place, keyArn: string, keyType: CaKeyType): Promise<string> => {
    const region = keyArn.split(':')[3];
    if (region !== place.region) throw unfit(`it is in ${region}, not in ${place.region}`, keyArn);
    const { DescribeKeyCommand } = await import('@aws-sdk/client-kms');
    const client = await clientFor(place);
    const { KeyMetadata } = await call('DescribeKey', (o) =>
      client.send(new DescribeKeyCommand({ KeyId: keyArn }), o),
    ).catch((error: unknown) => {
      throw keyError(error, 'ca.unfit', keyArn);
    });
    const { KeyUsage, KeySpec, KeyState } = required(KeyMetadata, 'DescribeKey', 'KeyMetadata');
    if (KeyUsage !== 'SIGN_VERIFY') throw unfit(`it is for ${KeyUsage}, not for SIGN_VERIFY`, keyArn);
    if (KeySpec !== specs[keyType]) throw unfit(`it is of spec ${KeySpec}, not ${specs[keyType]}`, keyArn);
    if (KeyState !== 'Enabled') throw unfit(`its state is ${KeyState}`, keyArn);
    return keyArn;
  };

  /** @param isNew the key was made just now, and KMS may not know it everywhere yet */
  const keyAt = async (place: Place, keyArn: string, isNew: boolean): Promise<CaKey> => {
    const { GetPublicKeyCommand, SignCommand } = await import('@aws-sdk/client-kms');
    const client = await clientFor(place);
    const ask = <T>(act: () => Promise<T>): Promise<T> => (isNew ? onceKnown(act) : act());
    const { PublicKey } = await ask(() =>
      call('GetPublicKey', (o) => client.send(new GetPublicKeyCommand({ KeyId: keyArn }), o)),
    );
    const spkiDer = new Uint8Array(required(PublicKey, 'GetPublicKey', 'PublicKey'));
    const keyType = typeOf(spkiDer, keyArn);
    const closed = new AbortController();
    const isClosed = () => closed.signal.aborted || closing.signal.aborted;
    const locked = () => new StationError('ca.locked', 'the CA is locked');
    const listeners = new Set<() => void>();
    const key: CaKey = {
      spkiDer,
      async sign(algorithm, data) {
        if (isClosed()) throw locked();
        const SigningAlgorithm = kmsAlgorithm(keyType, algorithm);
        if (SigningAlgorithm === undefined) {
          throw new StationError('ca.signFailed', `AWS KMS does not sign ${algorithm} with a ${keyType} key`, {
            data: { keyArn, keyType, algorithm },
          });
        }
        const Message = hash(signatureAlgorithms[algorithm].hash, data, 'buffer');
        const command = new SignCommand({ KeyId: keyArn, Message, MessageType: 'DIGEST', SigningAlgorithm });
        try {
          const { Signature } = await ask(() => call('Sign', (o) => client.send(command, o), closed.signal));
          return new Uint8Array(required(Signature, 'Sign', 'Signature'));
        } catch (error) {
          throw isClosed() ? locked() : keyError(error, 'ca.missing', keyArn);
        }
      },
      state: () => (isClosed() ? 'closed' : 'ready'),
      onState(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close() {
        if (closed.signal.aborted) return;
        closed.abort();
        keys.delete(key);
        for (const listener of listeners) listener();
      },
    };
    keys.add(key);
    return key;
  };

  return {
    async makeKey({ region, endpointUrl, keyArn: given, keyType, label }) {
      const place: Place = { region, ...(endpointUrl !== undefined && { endpointUrl }) };
      const keyArn = given === undefined ? await create(place, keyType, label) : await examine(place, given, keyType);
      try {
        const key = await keyAt(place, keyArn, given === undefined);
        return { custody: { kind: 'kms', ...place, keyArn }, key };
      } catch (error) {
        const known = keyError(error, 'ca.unfit', keyArn);
        if (given !== undefined || !(known instanceof StationError)) throw known;
        const told = `the key ${keyArn} was made: name it to go on with it`;
        throw new StationError(known.code, `${known.detail}; ${told}`, {
          data: { ...known.data, keyArn },
          cause: known,
        });
      }
    },
    open: ({ region, endpointUrl, keyArn }) =>
      keyAt({ region, endpointUrl }, keyArn, false).catch((error: unknown) => {
        throw keyError(error, 'ca.missing', keyArn);
      }),
    close() {
      for (const key of [...keys]) key.close();
      closing.abort();
      for (const client of clients.values()) client.then((it) => it.destroy()).catch(() => {});
    },
  };
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
