import { type Account, firstAccountId } from '../account.ts';
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
    if (!Object.hasOwn(hosts, endpointType)) {
      throw iotError('InvalidRequestException', `${endpointType} is not an endpoint type.`);
    }
    return { endpointAddress: nameOf(account, endpointType) };
  },
};

/** The endpoint of type `iot:Data-ATS`, which is for devices. */
export const deviceEndpoint = (account: Account): string => nameOf(account, 'iot:Data-ATS');

/** The server names by which devices reach an account: its data endpoints. */
export const dataEndpoints = (account: Account): string[] =>
  ['iot:Data-ATS', 'iot:Data'].map((type) => nameOf(account, type));

const nameOf = (account: Account, type: string): string =>
  `${prefix(account)}${hosts[type]}.${account.region}.amazonaws.com`;

/** No two accounts have an endpoint in common. */
const prefix = ({ id }: Account): string => (id === firstAccountId ? 'birthmark-practice' : `birthmark-practice-${id}`);
