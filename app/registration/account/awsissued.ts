/** What AWS's own CA makes in an account, and looking through the account for it. */
import type { IoTClient } from '@aws-sdk/client-iot';
import { required } from '../failure.ts';

type ListedCertificate = { certificateId: string; createdAt: Date };

/** The methods throw as those of `Cloud`. */
export type AwsIssued = {
  /** Makes an INACTIVE certificate. Never repeated here: each call makes another one. */
  certify(csrPem: string, signal?: AbortSignal): Promise<{ certificateId: string; certificatePem: string }>;
  /** The certificates of the account, the newest first. */
  newest(signal?: AbortSignal): AsyncIterable<ListedCertificate>;
  /** PEM; undefined when the account does not know it. */
  pemOf(certificateId: string, signal?: AbortSignal): Promise<string | undefined>;
};

type Run<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;
type Parts = {
  sdk: typeof import('@aws-sdk/client-iot');
  iot: IoTClient;
  /** A client that repeats nothing. */
  once: IoTClient;
  call: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T>;
  find: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T | undefined>;
};

export const awsIssued = ({ sdk, iot, once, call, find }: Parts): AwsIssued => ({
  certify: (certificateSigningRequest, signal) =>
    call('CreateCertificateFromCsr', signal, async (options) => {
      const command = new sdk.CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: false });
      const { certificateId, certificatePem } = await once.send(command, options);
      return {
        certificateId: required(certificateId, 'CreateCertificateFromCsr', 'certificateId'),
        certificatePem: required(certificatePem, 'CreateCertificateFromCsr', 'certificatePem'),
      };
    }),

  async *newest(signal) {
    let marker: string | undefined;
    do {
      const input = { pageSize: 250, ascendingOrder: false, ...(marker !== undefined && { marker }) };
      const page = await call('ListCertificates', signal, (options) =>
        iot.send(new sdk.ListCertificatesCommand(input), options),
      );
      for (const { certificateId = '', creationDate } of page.certificates ?? [])
        yield { certificateId, createdAt: required(creationDate, 'ListCertificates', 'creationDate') };
      marker = page.nextMarker;
    } while (marker !== undefined);
  },

  pemOf: (certificateId, signal) =>
    find('DescribeCertificate', signal, async (options) => {
      const { certificateDescription } = await iot.send(new sdk.DescribeCertificateCommand({ certificateId }), options);
      return required(certificateDescription?.certificatePem, 'DescribeCertificate', 'certificatePem');
    }),
});
