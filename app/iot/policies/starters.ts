/** Policies to begin with, each with requests that show what it allows and what it does not. */
import type { PolicyRequest, PolicyStarter } from '../../contract/policies.ts';

type Place = { region: string; accountId: string };
type Body = { Effect: 'Allow'; Action: string | string[]; Resource: string | string[] };
type Recipe = {
  statements: (arn: (resource: string) => string) => Body[];
  rows: [action: string, resource: string][];
  context?: PolicyRequest['context'];
};

const thing = `\${iot:Connection.Thing.ThingName}`;
const commonName = `\${iot:Certificate.Subject.CommonName}`;
const allow = (Action: string | string[], Resource: string | string[]): Body => ({ Effect: 'Allow', Action, Resource });
/** Publish and Receive on topics, and Subscribe to the same as filters. */
const talk = (arn: (resource: string) => string, topics: string[]): Body[] => [
  allow(
    ['iot:Publish', 'iot:Receive'],
    topics.map((topic) => arn(`topic/${topic}`)),
  ),
  allow(
    'iot:Subscribe',
    topics.map((topic) => arn(`topicfilter/${topic}`)),
  ),
];

/** A device named SN-000123, by its thing. */
const named = { 'iot:Connection.Thing.ThingName': 'SN-000123' };

const recipes: Record<PolicyStarter['name'], Recipe> = {
  /** A device that is a thing, with topics of its own. */
  device: {
    statements: (arn) => [allow('iot:Connect', arn(`client/${thing}`)), ...talk(arn, [`devices/${thing}/*`])],
    context: named,
    rows: [
      ['iot:Connect', 'client/SN-000123'],
      ['iot:Publish', 'topic/devices/SN-000123/state'],
      ['iot:Publish', 'topic/devices/SN-000999/state'],
      ['iot:Subscribe', 'topicfilter/devices/+/state'],
    ],
  },
  /** A claim certificate that a batch of devices shares: topics of keys and of a CSR, and one template. */
  claim: {
    statements: (arn) => [
      allow('iot:Connect', arn('client/claim-*')),
      ...talk(arn, [
        '$aws/certificates/create/*',
        '$aws/certificates/create-from-csr/*',
        '$aws/provisioning-templates/fleet/provision/*',
      ]),
    ],
    rows: [
      ['iot:Publish', 'topic/$aws/certificates/create-from-csr/json'],
      ['iot:Receive', 'topic/$aws/provisioning-templates/fleet/provision/json/accepted'],
      ['iot:Publish', 'topic/devices/SN-000123/state'],
    ],
  },
  /** What a JITR function attaches: there is no thing at the first connection, so the subject names the device. */
  jitr: {
    statements: (arn) => [
      allow('iot:Connect', arn(`client/${commonName}`)),
      allow('iot:Publish', arn(`topic/devices/${commonName}/*`)),
    ],
    context: { 'iot:Certificate.Subject.CommonName': 'SN-000123' },
    rows: [
      ['iot:Connect', 'client/SN-000123'],
      ['iot:Publish', 'topic/devices/SN-000999/state'],
    ],
  },
  /** An IAM policy: the person or app that asks for a five-minute claim. */
  trustedUser: {
    statements: (arn) => [allow('iot:CreateProvisioningClaim', arn('provisioningtemplate/fleet'))],
    rows: [
      ['iot:CreateProvisioningClaim', 'provisioningtemplate/fleet'],
      ['iot:CreateProvisioningClaim', 'provisioningtemplate/other'],
    ],
  },
  /** The classic shadow and the named ones of the device's own thing, by MQTT and by HTTP. */
  shadow: {
    statements: (arn) => [
      allow('iot:Connect', arn(`client/${thing}`)),
      ...talk(arn, [`$aws/things/${thing}/shadow/*`]),
      allow(['iot:GetThingShadow', 'iot:UpdateThingShadow'], [arn(`thing/${thing}`), arn(`thing/${thing}/*`)]),
    ],
    context: named,
    rows: [
      ['iot:Publish', 'topic/$aws/things/SN-000123/shadow/name/config/update'],
      ['iot:UpdateThingShadow', 'thing/SN-000123/config'],
      ['iot:DeleteThingShadow', 'thing/SN-000123'],
      ['iot:Subscribe', 'topicfilter/$aws/things/SN-000999/shadow/#'],
    ],
  },
  /** Jobs of the device's own thing, by MQTT and by HTTP. */
  jobs: {
    statements: (arn) => [
      allow('iot:Connect', arn(`client/${thing}`)),
      ...talk(arn, [`$aws/things/${thing}/jobs/*`]),
      allow(
        [
          'iotjobsdata:DescribeJobExecution',
          'iotjobsdata:GetPendingJobExecutions',
          'iotjobsdata:StartNextPendingJobExecution',
          'iotjobsdata:UpdateJobExecution',
        ],
        arn(`thing/${thing}`),
      ),
    ],
    context: named,
    rows: [
      ['iot:Subscribe', 'topicfilter/$aws/things/SN-000123/jobs/notify-next'],
      ['iot:Publish', 'topic/$aws/things/SN-000123/jobs/start-next'],
      ['iotjobsdata:DescribeJobExecution', 'thing/SN-000123'],
    ],
  },
};

/** Every starter, for an account and its Region. */
export const policyStarters = ({ region, accountId }: Place): PolicyStarter[] => {
  const arn = (resource: string) => `arn:aws:iot:${region}:${accountId}:${resource}`;
  return Object.entries(recipes).map(([name, { statements, rows, context = {} }]) => ({
    name: name as PolicyStarter['name'],
    text: `${JSON.stringify({ Version: '2012-10-17', Statement: statements(arn) }, null, 2)}\n`,
    rows: rows.map(([action, resource]): PolicyRequest => ({ action, resource: arn(resource), context })),
  }));
};
