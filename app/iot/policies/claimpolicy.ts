/** The policy of a claim: to ask for a certificate and to be provisioned by one template, and nothing else. */

/**
 * A device with a claim connects under such a name. Under any other one the holder of a stolen claim could take the place
 * of a device at work, which AWS then disconnects.
 */
const claimClientId = 'claim-*';

type Place = { partition: string; region: string; accountId: string; template: string };

/**
 * The document, as text. A wildcard `create/*` does not cover `create-from-csr`, so each topic has its own line
 * ("Device provisioning MQTT API", AWS IoT developer guide).
 */
export function claimPolicy({ partition, region, accountId, template }: Place): string {
  const arn = (resource: string) => `arn:${partition}:iot:${region}:${accountId}:${resource}`;
  const topics = [
    '$aws/certificates/create/*',
    '$aws/certificates/create-from-csr/*',
    `$aws/provisioning-templates/${template}/provision/*`,
  ];
  const Statement = [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: arn(`client/${claimClientId}`) },
    {
      Effect: 'Allow',
      Action: ['iot:Publish', 'iot:Receive'],
      Resource: topics.map((topic) => arn(`topic/${topic}`)),
    },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: topics.map((topic) => arn(`topicfilter/${topic}`)) },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
