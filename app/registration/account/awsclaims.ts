/** Claims of an account: certificates with which a device may ask for its own identity, and for nothing else. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IoTClient } from '@aws-sdk/client-iot';
import { StationError } from '../../contract/errors.ts';
import { required } from '../failure.ts';
import { hookRow } from './hook.ts';

/** A claim of the trusted user: good for five minutes, and for its template only. PEM; the key is in memory only. */
export type TemporaryClaim = {
  certificateId: string;
  certificatePem: string;
  privateKeyPem: string;
  expiresAt: Date;
};

export type ClaimList = {
  /** The name of the table. */
  table: string;
  orderId: string;
  claim: { certificateId: string; maxUnits: number };
  serials: readonly string[];
};

/** The methods throw as those of `Cloud`. */
export type AwsClaims = {
  /** `CreateProvisioningClaim`, AWS IoT API reference. */
  temporary(templateName: string, signal?: AbortSignal): Promise<TemporaryClaim>;
  /**
   * Tells the hook of the account how many units a claim may provision, and which serial numbers. What the hook has noted
   * stays, so that it may be repeated.
   *
   * @throws `cloud.noTable` – the account has no such table
   */
  allow(list: ClaimList, signal?: AbortSignal): Promise<void>;
};

type Run<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;
type Parts = {
  sdk: typeof import('@aws-sdk/client-iot');
  /** A client that repeats nothing. */
  once: IoTClient;
  /** Opened when it is first needed. */
  tables: () => Promise<{ sdk: typeof import('@aws-sdk/client-dynamodb'); client: DynamoDBClient }>;
  call: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T>;
};

const operation = 'CreateProvisioningClaim';
/** Updates that are under way at once. */
const atOnce = 16;

export const awsClaims = ({ sdk, once, call, tables }: Parts): AwsClaims => ({
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

  allow: async ({ table: TableName, orderId, claim, serials }, signal) => {
    const update = (id: string, UpdateExpression: string, values: object = {}) =>
      call('UpdateItem', signal, async (options) => {
        const { sdk: tableSdk, client } = await tables();
        const input = {
          ...{ TableName, Key: { id: { S: id } }, UpdateExpression },
          ExpressionAttributeValues: { ':order': { S: orderId }, ...values },
        };
        await client.send(new tableSdk.UpdateItemCommand(input), options);
      });
    const updateAll = async () => {
      await update(hookRow.claim(claim.certificateId), 'SET orderId = :order, maxUnits = :most ADD used :none', {
        ...{ ':most': { N: String(claim.maxUnits) }, ':none': { N: '0' } },
      });
      for (let at = 0; at < serials.length; at += atOnce) {
        const some = serials.slice(at, at + atOnce);
        await Promise.all(some.map((serial) => update(hookRow.serial(serial), 'SET orderId = :order')));
      }
    };
    try {
      await updateAll();
    } catch (error) {
      if (!(error instanceof StationError) || error.data?.awsError !== 'ResourceNotFoundException') throw error;
      const detail = `the account has no table ${TableName}: bring in the template of the target with MakeHook=yes`;
      throw new StationError('cloud.noTable', detail, { data: { table: TableName } });
    }
  },
});
