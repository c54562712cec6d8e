import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StationError } from '../../contract/errors.ts';
import { awsCall } from '../awscall.ts';
import type { AllowListInAws, JitrResult } from './allowlist.ts';
import { allowListRow } from './jitr.ts';

/** "BatchWriteItem", DynamoDB API reference. */
export const rowsAtOnce = 25;

/** By the name of the table. The SDK is loaded when it is first needed. */
export function awsAllowLists(
  options: object,
  keep: <C extends { destroy(): void }>(client: C) => C,
): (table: string) => AllowListInAws {
  const sdk = () => import('@aws-sdk/client-dynamodb');
  let opened: Promise<DynamoDBClient> | undefined;
  const client = () => {
    opened ??= sdk().then(({ DynamoDBClient }) => keep(new DynamoDBClient(options)));
    return opened;
  };
  const call = async <T>(
    TableName: string,
    operation: string,
    signal: AbortSignal | undefined,
    run: (o: object) => Promise<T>,
  ) => {
    try {
      return await awsCall(operation, signal, run);
    } catch (error) {
      if (!(error instanceof StationError) || error.data?.awsError !== 'ResourceNotFoundException') throw error;
      const detail = `the account has no table ${TableName}: bring in the template of the target with MakeJitr=yes`;
      throw new StationError('cloud.noTable', detail, { data: { table: TableName } });
    }
  };

  return (TableName) => ({
    change: ({ put = [], remove = [], revoke = [] }, signal) =>
      call(TableName, 'BatchWriteItem', signal, async (o) => {
        const { BatchWriteItemCommand } = await sdk();
        const text = (S: string) => ({ S });
        const rows = [
          ...put.map(({ spkiSha256, ...about }) => ({ id: allowListRow.key(spkiSha256), ...about })),
          ...revoke.map((serialHex) => ({ id: allowListRow.revoked(serialHex) })),
        ];
        const requests = [
          ...rows.map((row) => ({
            PutRequest: { Item: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)])) },
          })),
          ...remove.map((spkiSha256) => ({ DeleteRequest: { Key: { id: text(allowListRow.key(spkiSha256)) } } })),
        ];
        if (requests.length === 0) return;
        const input = { RequestItems: { [TableName]: requests } };
        const { UnprocessedItems = {} } = await (await client()).send(new BatchWriteItemCommand(input), o);
        const left = Object.values(UnprocessedItems).flat().length;
        if (left === 0) return;
        throw new StationError('cloud.throttled', `BatchWriteItem left ${left} of ${requests.length} rows over`);
      }),

    results: (certificateIds, signal) =>
      call(TableName, 'BatchGetItem', signal, async (o) => {
        const { BatchGetItemCommand } = await sdk();
        const found = new Map<string, JitrResult>();
        if (certificateIds.length === 0) return found;
        const Keys = certificateIds.map((one) => ({ id: { S: allowListRow.result(one) } }));
        const { Responses = {}, UnprocessedKeys = {} } = await (await client()).send(
          new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }),
          o,
        );
        if (Object.keys(UnprocessedKeys).length > 0)
          throw new StationError('cloud.throttled', 'BatchGetItem left rows over');
        for (const { id, result, reason, at } of Responses[TableName] ?? [])
          found.set(id?.S?.slice(allowListRow.result('').length) ?? '', {
            result: result?.S ?? '',
            ...(reason?.S !== undefined && { reason: reason.S }),
            ...(at?.S !== undefined && { at: at.S }),
          });
        return found;
      }),
  });
}
