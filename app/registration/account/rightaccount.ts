import { StationError } from '../../contract/errors.ts';
import { sentence } from '../../contract/sentences.ts';
import { clientOptions, shortCalls } from '../awscall.ts';
import type { BucketConnection } from '../cloud.ts';
import { required } from '../failure.ts';
import { fromAws } from './fromaws.ts';

export type RightAccount = { guarded: <C>(client: C) => C; assertRight: () => Promise<void> };
type Next = (args: never) => Promise<unknown>;
/** A client of the SDK, of any service. */
type Client = {
  middlewareStack: {
    add(middleware: (next: Next) => Next, options: { step: 'initialize'; name: string; priority: 'high' }): void;
  };
};

/**
 * Makes clients that act in the account of the target only. Credentials come from the environment of the PC, and those of
 * another account do as well as the right ones: certificates would be registered where no one looks for them. Before the
 * first call AWS is asked whose credentials they are, once for all clients of a connection; the call waits for the answer.
 *
 * A client that is guarded also believes no one but AWS (`fromAws`).
 *
 * @returns `guarded` gives a client back: its calls throw `cloud.credentials` when another account answers. `assertRight`
 * is for what uses the credentials without a call, as an address that is signed
 */
export function inRightAccount(connection: Omit<BucketConnection, 'bucket'>): RightAccount {
  const { accountId: wanted } = connection;
  if (wanted === undefined) return { guarded: fromAws, assertRight: async () => {} };
  let asked: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const sts = new STSClient({ ...clientOptions(connection), requestHandler: shortCalls });
    try {
      const account = required(
        (await sts.send(new GetCallerIdentityCommand({}))).Account,
        'GetCallerIdentity',
        'Account',
      );
      if (account === wanted) return;
      throw new StationError('cloud.credentials', sentence('credentialsOther', { account, wanted }).message);
    } finally {
      sts.destroy();
    }
  };
  const assertRight = (): Promise<void> => {
    asked ??= look().catch((thrown: unknown) => {
      // The next call asks again: the network may be back, or the credentials others.
      asked = undefined;
      throw thrown;
    });
    return asked;
  };
  const guarded = <C>(client: C): C => {
    (client as Client).middlewareStack.add(
      (next) => async (args) => {
        await assertRight();
        return next(args);
      },
      { step: 'initialize', name: 'rightAccount', priority: 'high' },
    );
    return fromAws(client);
  };
  return { guarded, assertRight };
}
