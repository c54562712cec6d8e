import type { Account } from '../account.ts';
import { iotError, type ServiceError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { authorityOperations } from './authorities.ts';
import { certificateOperations } from './certificates.ts';
import { groupOperations } from './groups.ts';
import { policyOperations } from './policies.ts';
import { provisioningOperations } from './provision.ts';
import { type Operation, oneOf, operation, query } from './shapes.ts';
import { taskOperations } from './tasks.ts';
import { thingOperations } from './things.ts';

const endpointOperations = {
  DescribeEndpoint: operation(
    'GET',
    '/endpoint',
    { endpointType: query(oneOf('iot:Data', 'iot:Data-ATS', 'iot:CredentialProvider', 'iot:Jobs')) },
    (input, account) => {
      const host = {
        'iot:Data': 'birthmark-practice.iot',
        'iot:Data-ATS': 'birthmark-practice-ats.iot',
        'iot:CredentialProvider': 'birthmark-practice.credentials.iot',
        'iot:Jobs': 'birthmark-practice.jobs.iot',
      }[input.endpointType ?? 'iot:Data'];
      return { endpointAddress: `${host}.${account.region}.amazonaws.com` };
    },
  ),
};

const operations: Record<string, Operation> = {
  ...authorityOperations,
  ...certificateOperations,
  ...policyOperations,
  ...provisioningOperations,
  ...taskOperations,
  ...thingOperations,
  ...groupOperations,
  ...endpointOperations,
};

const routes = Object.entries(operations).map(([name, { method, path }]) => ({
  name,
  method,
  pattern: path.slice(1).split('/'),
}));

/**
 * The operation that a call asks for.
 * @throws ServiceError UnknownOperationException
 */
export function iotOperation(call: Call): string {
  const route = routes.find(
    ({ method, pattern }) =>
      method === call.method &&
      pattern.length === call.segments.length &&
      pattern.every((part, at) => part.startsWith('{') || part === call.segments[at]),
  );
  if (!route) throw iotError('UnknownOperationException', 'The practice AWS does not offer this operation.');
  return route.name;
}

export async function callIot(name: string, call: Call, account: Account): Promise<Reply> {
  const answer = await operations[name]?.run(call, account);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

export function iotFailure(error: ServiceError): Reply {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.name },
    body: JSON.stringify({ message: error.message, ...error.extra }),
  };
}

export const iotInternal = (): ServiceError =>
  iotError('InternalFailureException', 'An unexpected error has occurred.');
