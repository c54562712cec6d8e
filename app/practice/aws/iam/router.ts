import type { Account } from '../account.ts';
import type { Call, Reply } from '../http.ts';
import { queryOperation } from '../query.ts';
import { getRole } from './role.ts';
import { simulatePrincipalPolicy } from './simulate.ts';

/** Of AWS IAM only "may I", and a look at a role. Identities and their policies are those of the practice AWS itself. */
const operations = ['SimulatePrincipalPolicy', 'GetRole'];

/** @throws ServiceError InvalidAction */
export const iamOperation = (call: Call): string => queryOperation('iam', operations, call);

export const callIam = (operation: string, call: Call, account: Account, requestId: string): Reply =>
  operation === 'GetRole' ? getRole(call, account, requestId) : simulatePrincipalPolicy(call, account, requestId);
