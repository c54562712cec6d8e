/** What may stand at a place of a policy, for the editor. */
import type { CompletionPlace, Suggestion } from '../jsontext/jsoncompletion.ts';

const listed = (...labels: string[]): Suggestion[] => labels.map((label) => ({ label }));

const members = listed('Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition');
const actions = listed(
  ...['Connect', 'Publish', 'Receive', 'Subscribe', 'RetainPublish', 'GetRetainedMessage', 'ListRetainedMessages'].map(
    (name) => `iot:${name}`,
  ),
  ...[
    'GetThingShadow',
    'UpdateThingShadow',
    'DeleteThingShadow',
    'ListNamedShadowsForThing',
    'AssumeRoleWithCertificate',
  ].map((name) => `iot:${name}`),
  ...['DescribeJobExecution', 'GetPendingJobExecutions', 'StartNextPendingJobExecution', 'UpdateJobExecution'].map(
    (name) => `iotjobsdata:${name}`,
  ),
);
const operators = listed(
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'Bool',
  'ArnEquals',
  'IpAddress',
  'NotIpAddress',
  'Null',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringEquals',
);
const keys = listed(
  'iot:Connection.Thing.IsAttached',
  'iot:Connection.Thing.ThingName',
  'iot:Connection.Thing.ThingTypeName',
  'iot:ClientId',
  'iot:ConnectAttributes',
  'iot:LastWillTopic',
  'iot:DomainName',
  'aws:SourceIp',
  'iot:Certificate.Subject.CommonName',
  'iot:Certificate.Subject.Organization.List',
);

/** The Region and the account of resources come from the text, as far as it has some. */
function resources(text: string): Suggestion[] {
  const head = /arn:[^:"]*:iot:[^:"]*:[^:"]*:/.exec(text)?.[0] ?? 'arn:aws:iot:us-east-1:123456789012:';
  const thing = `\${iot:Connection.Thing.ThingName}`;
  return listed(
    `${head}client/${thing}`,
    `${head}topic/${thing}/*`,
    `${head}topicfilter/${thing}/*`,
    `${head}thing/${thing}`,
    '*',
  );
}

export function completePolicy({ path, kind }: CompletionPlace, text: string): readonly Suggestion[] {
  const within = path[0] === 'Statement' ? path.slice(typeof path[1] === 'number' ? 2 : 1) : undefined;
  if (kind === 'name') {
    if (path.length === 0) return listed('Version', 'Statement');
    if (within?.length === 0) return members;
    if (within?.[0] === 'Condition') return within.length === 1 ? operators : within.length === 2 ? keys : [];
    return [];
  }
  if (path.length === 1 && path[0] === 'Version') return listed('2012-10-17');
  switch (within?.[0]) {
    case 'Effect':
      return listed('Allow', 'Deny');
    case 'Action':
    case 'NotAction':
      return actions;
    case 'Resource':
    case 'NotResource':
      return resources(text);
    default:
      return [];
  }
}
