import type { Call } from '../http.ts';
import { queryOperation } from '../query.ts';

/** Of AWS IAM only "may I". Identities and their policies are those of the practice AWS itself. */
const operations = ['SimulatePrincipalPolicy'];

/** @throws ServiceError InvalidAction */
export const iamOperation = (call: Call): string => queryOperation('iam', operations, call);
