import { iotError } from '../errors.ts';
import type { Handlers } from './operation.ts';
import type { taskTable } from './table/tasks.ts';

/** "endpointType" of DescribeEndpoint (API reference), and the host of each in a Region. */
const hosts: Readonly<Record<string, string>> = {
  'iot:Data': '.iot',
  'iot:Data-ATS': '-ats.iot',
  'iot:Data-Beta': '.beta.iot',
  'iot:CredentialProvider': '.credentials.iot',
  'iot:Jobs': '.jobs.iot',
};

export const endpointHandlers: Handlers<Pick<typeof taskTable, 'DescribeEndpoint'>> = {
  DescribeEndpoint: ({ endpointType = 'iot:Data' }, account) => {
    const host = Object.hasOwn(hosts, endpointType) ? hosts[endpointType] : undefined;
    if (host === undefined) throw iotError('InvalidRequestException', `${endpointType} is not an endpoint type.`);
    return { endpointAddress: `birthmark-practice${host}.${account.region}.amazonaws.com` };
  },
};
