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

/** A row of the table that the hook of the account reads, by a serial number or the id of a claim's certificate. */
export type HookRowName = { kind: 'serial' | 'claim'; name: string };
export type HookRow = HookRowName & {
  orderId: string;
  /** How many units the claim may provision; null for a serial number. */
  maxUnits: number | null;
};

export type HookRowsInAws = {
  /**
   * What the hook has noted in a row stays, so that it may be repeated. `anew`: what it noted of units is forgotten, so
   * that each may be provisioned with another certificate.
   *
   * @throws `cloud.noTable` – the account has no such table
   */
  put(rows: readonly HookRow[], options?: { anew?: boolean; signal?: AbortSignal | undefined }): Promise<void>;
  /** Rows that are not there are as good. @throws `cloud.noTable` – the account has no such table */
  remove(rows: readonly HookRowName[], signal?: AbortSignal): Promise<void>;
};

/** The methods throw as those of `Cloud`. */
export type AwsClaims = {
  /** `CreateProvisioningClaim`, AWS IoT API reference. */
  temporary(templateName: string, signal?: AbortSignal): Promise<TemporaryClaim>;
  /** What the hook reads, by the name of the table. */
  hookRows(table: string): HookRowsInAws;
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
const forgetting = ' REMOVE provisionedWith, provisionedBy, provisionedAt';
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

  hookRows: (TableName) => {
    type Sdk = Awaited<ReturnType<typeof tables>>['sdk'];
    const send = (name: string, signal: AbortSignal | undefined, command: (sdk: Sdk) => object) =>
      call(name, signal, async (options) => {
        const { sdk: tableSdk, client } = await tables();
        await client.send(command(tableSdk) as Parameters<typeof client.send>[0], options);
      });
    const key = ({ kind, name }: HookRowName) => ({ TableName, Key: { id: { S: hookRow[kind](name) } } });
    const put = (row: HookRow, anew: boolean, signal: AbortSignal | undefined) => {
      const order = { ':order': { S: row.orderId } };
      const input =
        row.maxUnits === null
          ? { UpdateExpression: `SET orderId = :order${anew ? forgetting : ''}`, ExpressionAttributeValues: order }
          : {
              UpdateExpression: 'SET orderId = :order, maxUnits = :most ADD used :none',
              ExpressionAttributeValues: { ...order, ':most': { N: String(row.maxUnits) }, ':none': { N: '0' } },
            };
      return send('UpdateItem', signal, (sdk) => new sdk.UpdateItemCommand({ ...key(row), ...input }));
    };
    /** Some at once, claims and serial numbers alike. */
    const all = async <T>(rows: readonly T[], act: (row: T) => Promise<void>) => {
      try {
        for (let at = 0; at < rows.length; at += atOnce) await Promise.all(rows.slice(at, at + atOnce).map(act));
      } catch (error) {
        if (!(error instanceof StationError) || error.data?.awsError !== 'ResourceNotFoundException') throw error;
        const detail = `the account has no table ${TableName}: bring in the template of the target with MakeHook=yes`;
        throw new StationError('cloud.noTable', detail, { data: { table: TableName } });
      }
    };
    return {
      put: (rows, { anew = false, signal } = {}) => all(rows, (row) => put(row, anew, signal)),
      remove: (rows, signal) =>
        all(rows, (row) => send('DeleteItem', signal, (sdk) => new sdk.DeleteItemCommand(key(row)))),
    };
  },
});
