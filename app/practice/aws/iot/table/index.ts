import type { Row } from '../shapes.ts';
import { authorityTable } from './authorities.ts';
import { billingTable } from './billing.ts';
import { certificateTable } from './certificates.ts';
import { groupTable } from './groups.ts';
import { kindTable } from './kinds.ts';
import { policyTable } from './policies.ts';
import { ruleTable } from './rules.ts';
import { tagTable } from './tags.ts';
import { taskTable } from './tasks.ts';
import { templateTable } from './templates.ts';
import { thingTable } from './things.ts';

/** The nouns, each with its operations. */
export const iotNouns = {
  'CA certificates': authorityTable,
  Certificates: certificateTable,
  Policies: policyTable,
  Things: thingTable,
  'Thing types': kindTable,
  'Thing groups': groupTable,
  'Billing groups': billingTable,
  Tags: tagTable,
  'Provisioning templates': templateTable,
  'Registration tasks, endpoint': taskTable,
  'Topic rules': ruleTable,
} as const;

type Tables = (typeof iotNouns)[keyof typeof iotNouns];
type KeysOf<T> = T extends unknown ? keyof T : never;
export type OperationName = KeysOf<Tables> & string;

export const iotTable = Object.assign({}, ...Object.values(iotNouns)) as Readonly<Record<OperationName, Row>>;

/** Operations of the same nouns that are refused, and why. All other operations of AWS IoT are refused too. */
export const iotRefused: Readonly<Record<string, string>> = {
  TransferCertificate: 'there is one account',
  AcceptCertificateTransfer: 'there is one account',
  CancelCertificateTransfer: 'there is one account',
  RejectCertificateTransfer: 'there is one account',
  ListOutgoingCertificates: 'there is one account',
  CreateDynamicThingGroup: 'there is no fleet index',
  UpdateDynamicThingGroup: 'there is no fleet index',
  DeleteDynamicThingGroup: 'there is no fleet index',
};
