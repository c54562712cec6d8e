import type { Account } from '../account.ts';
import type { Call, Reply } from '../http.ts';
import { callerArnOf, type Identity, userIdOf } from '../permissions/identities.ts';
import { queryOperation, queryReply } from '../query.ts';

/** Of AWS STS only "who am I". Sessions are not given out: the practice AWS has its identities ready. */
const operations = ['GetCallerIdentity'];

/** @throws ServiceError InvalidAction */
export const stsOperation = (call: Call): string => queryOperation('sts', operations, call);

export const callSts = (operation: string, account: Account, caller: Identity, requestId: string): Reply =>
  queryReply(
    'sts',
    operation,
    { Arn: callerArnOf(account.id, caller), UserId: userIdOf(caller), Account: account.id },
    requestId,
  );
