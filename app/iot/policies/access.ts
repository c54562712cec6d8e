/** Whether policies let a device do what it is made for, before it tries. */
import type { PolicyRequest } from '../../contract/policies.ts';
import { readPolicy } from './document.ts';
import { decide } from './evaluate.ts';

type DeviceToCheck = {
  /** Of its account: `arn:aws:iot:REGION:ACCOUNT`. */
  arn: string;
  /** It connects with the name of its thing. */
  thingName: string;
  topics: { publish: readonly string[]; subscribe: readonly string[] };
  /** The subject of its certificate: names of policy variables (`CommonName`, …) with their values. */
  subject: Readonly<Record<string, string>>;
};

/** `list` and `at` name the topic that is refused; both are absent for the connection itself. */
type Refusal = { action: string; resource: string; list?: 'publish' | 'subscribe'; at?: number };

/**
 * What the policies, taken together, do not let the device do ("AWS IoT Core policies", AWS IoT developer guide).
 *
 * @param documents texts of policies; one that is no policy lets nothing through
 */
export function deviceRefusals(documents: readonly string[], device: DeviceToCheck): Refusal[] {
  const policies = documents.flatMap((text) => readPolicy(parsed(text)) ?? []);
  const { arn, thingName, topics } = device;
  const context: PolicyRequest['context'] = {
    'iot:ClientId': thingName,
    'iot:Connection.Thing.ThingName': thingName,
    'iot:Connection.Thing.IsAttached': 'true',
    ...Object.fromEntries(
      Object.entries(device.subject).map(([name, value]) => [`iot:Certificate.Subject.${name}`, value]),
    ),
  };
  const refused = (action: string, resource: string, place: Pick<Refusal, 'list' | 'at'> = {}): Refusal[] => {
    const request = { action, resource: `${arn}:${resource}`, context };
    return decide(policies, request).decision === 'ALLOWED' ? [] : [{ action, resource, ...place }];
  };
  return [
    ...refused('iot:Connect', `client/${thingName}`),
    ...topics.publish.flatMap((topic, at) => refused('iot:Publish', `topic/${topic}`, { list: 'publish', at })),
    ...topics.subscribe.flatMap((filter, at) => [
      ...refused('iot:Subscribe', `topicfilter/${filter}`, { list: 'subscribe', at }),
      ...refused('iot:Receive', `topic/${heardBy(filter)}`, { list: 'subscribe', at }),
    ]),
  ];
}

/** A topic that a filter hears, because messages are judged by their topic. */
const heardBy = (filter: string): string => filter.replaceAll('+', 'any').replace(/#$/, 'any');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
