/** `ConnectionCalls` by the AWS SDK. */
import type { IoTClient } from '@aws-sdk/client-iot';
import { StationError } from '../../contract/errors.ts';
import { required } from '../failure.ts';
import type { ConnectionCalls } from '../firstconnections/calls.ts';

type Run<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;
type Parts = {
  iot: IoTClient;
  sdk: typeof import('@aws-sdk/client-iot');
  call: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T>;
  find: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T | undefined>;
  /** The practice AWS or a private endpoint, in place of AWS's own. */
  endpointUrl: string | undefined;
  /** Whether the credentials are of the account of the target. A signature alone asks no one. */
  assertRight: () => Promise<void>;
  dataEndpoint: () => Promise<string>;
};

export const awsConnections = ({
  iot,
  sdk,
  call,
  find,
  endpointUrl,
  assertRight,
  dataEndpoint,
}: Parts): ConnectionCalls => ({
  newestOf: (caCertificateId, marker, signal) =>
    call('ListCertificatesByCA', signal, async (options) => {
      const input = { caCertificateId, pageSize: 250, ascendingOrder: false, ...(marker !== undefined && { marker }) };
      const { certificates = [], nextMarker } = await iot.send(new sdk.ListCertificatesByCACommand(input), options);
      return {
        certificates: certificates.map(({ certificateId = '', status = 'unknown', creationDate }) => ({
          ...{ certificateId, status, createdAt: creationDate },
        })),
        next: nextMarker,
      };
    }),

  certificate: (certificateId, signal) =>
    find('DescribeCertificate', signal, async (options) => {
      const found = await iot.send(new sdk.DescribeCertificateCommand({ certificateId }), options);
      const { certificateArn, status, creationDate } = found.certificateDescription ?? {};
      return {
        arn: required(certificateArn, 'DescribeCertificate', 'certificateArn'),
        status: required(status, 'DescribeCertificate', 'status'),
        createdAt: creationDate,
      };
    }),

  // A thing of the station has one certificate, and after a rework two, so one page is enough.
  certificatesOf: (thingName, signal) =>
    find('ListThingPrincipals', signal, async (options) => {
      const { principals = [] } = await iot.send(new sdk.ListThingPrincipalsCommand({ thingName }), options);
      return principals.flatMap((arn) => /:cert\/([0-9a-f]{64})$/.exec(arn)?.[1] ?? []);
    }),

  hasPolicy: (principal, thingName, signal) =>
    call('GetEffectivePolicies', signal, async (options) => {
      const { effectivePolicies = [] } = await iot.send(
        new sdk.GetEffectivePoliciesCommand({ principal, thingName }),
        options,
      );
      return effectivePolicies.length > 0;
    }),

  async eventsUrl() {
    await call('GetCallerIdentity', undefined, assertRight);
    const at = endpointUrl === undefined ? new URL(`wss://${await dataEndpoint()}`) : new URL(endpointUrl);
    const isPlain = at.protocol === 'http:' || at.protocol === 'ws:';
    const { accessKeyId, secretAccessKey, sessionToken } = await credentialsOf(iot);
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const signer = new SignatureV4({
      credentials: { accessKeyId, secretAccessKey },
      service: 'iotdevicegateway',
      region: () => iot.config.region(),
      sha256: iot.config.sha256,
    });
    const protocol = isPlain ? 'ws:' : 'wss:';
    const request = { method: 'GET', protocol, hostname: at.hostname, path: '/mqtt', headers: { host: at.host } };
    const { query = {} } = await signer.presign({ ...request, query: {} }, { expiresIn: validSeconds });
    const url = new URL(`${protocol}//${at.host}/mqtt`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    // The one service that wants the token after the signature ("MQTT over WebSocket", AWS IoT developer guide).
    if (sessionToken !== undefined) url.searchParams.set('X-Amz-Security-Token', sessionToken);
    return url.href;
  },
});

const validSeconds = 300;

async function credentialsOf(iot: IoTClient) {
  try {
    return await iot.config.credentials();
  } catch (cause) {
    throw new StationError('cloud.credentials', 'there are no credentials for AWS', { cause });
  }
}
