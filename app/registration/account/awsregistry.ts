import type { IoTClient } from '@aws-sdk/client-iot';
import type { RegistryInAws } from '../drift.ts';
import { required } from '../failure.ts';

type Run<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;
type Parts = {
  iot: IoTClient;
  sdk: typeof import('@aws-sdk/client-iot');
  call: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T>;
  find: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T | undefined>;
};

/** Device certificates and their things, by the AWS SDK. */
export const awsRegistry = ({ iot, sdk, call, find }: Parts): RegistryInAws => ({
  certificatesOf: (caCertificateId, marker, signal) =>
    call('ListCertificatesByCA', signal, async (options) => {
      const input = { caCertificateId, pageSize: 250, ...(marker !== undefined && { marker }) };
      const { certificates = [], nextMarker } = await iot.send(new sdk.ListCertificatesByCACommand(input), options);
      return {
        certificates: certificates.map(({ certificateId = '', status = 'unknown' }) => ({ certificateId, status })),
        next: nextMarker,
      };
    }),

  statusOf: async (certificateId, signal) => {
    const certificate = await find('DescribeCertificate', signal, (options) =>
      iot.send(new sdk.DescribeCertificateCommand({ certificateId }), options),
    );
    return certificate && required(certificate.certificateDescription?.status, 'DescribeCertificate', 'status');
  },
  thingsOf: async (certificateId, signal) => {
    const certificate = await find('DescribeCertificate', signal, (options) =>
      iot.send(new sdk.DescribeCertificateCommand({ certificateId }), options),
    );
    const principal = certificate?.certificateDescription?.certificateArn;
    if (principal === undefined) return [];
    return call('ListPrincipalThings', signal, async (options) => {
      const { things = [] } = await iot.send(new sdk.ListPrincipalThingsCommand({ principal }), options);
      return things;
    });
  },
});
