/** Claims of an account: certificates with which a device may ask for its own identity, and for nothing else. */
import type { IoTClient } from '@aws-sdk/client-iot';
import { required } from '../failure.ts';

/** A claim of the trusted user: good for five minutes, and for its template only. PEM; the key is in memory only. */
export type TemporaryClaim = {
  certificateId: string;
  certificatePem: string;
  privateKeyPem: string;
  expiresAt: Date;
};

/** The methods throw as those of `Cloud`. */
export type AwsClaims = {
  /** `CreateProvisioningClaim`, AWS IoT API reference. */
  temporary(templateName: string, signal?: AbortSignal): Promise<TemporaryClaim>;
};

type Run<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;
type Parts = {
  sdk: typeof import('@aws-sdk/client-iot');
  /** A client that repeats nothing. */
  once: IoTClient;
  call: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T>;
};

const operation = 'CreateProvisioningClaim';

export const awsClaims = ({ sdk, once, call }: Parts): AwsClaims => ({
  temporary: (templateName, signal) =>
    call(operation, signal, async (options) => {
      const made = await once.send(new sdk.CreateProvisioningClaimCommand({ templateName }), options);
      return {
        certificateId: required(made.certificateId, operation, 'certificateId'),
        certificatePem: required(made.certificatePem, operation, 'certificatePem'),
        privateKeyPem: required(made.keyPair?.PrivateKey, operation, 'keyPair.PrivateKey'),
        expiresAt: required(made.expiration, operation, 'expiration'),
      };
    }),
});
