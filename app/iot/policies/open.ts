/** Warnings of statements that allow more than a device should have. */
import type { CheckFinding } from '../../contract/findings.ts';
import { sentence } from '../../contract/sentences.ts';
import type { Inspected, Item } from './inspect.ts';
import { arnParts, matches, matchesAction } from './wildcard.ts';

const auditPage = 'AWS IoT Device Defender guide, "AWS IoT policies overly permissive"';
const variablePage = 'AWS IoT Core developer guide, "Basic AWS IoT Core policy variables"';

export function openWarnings(statements: readonly Inspected[]): CheckFinding[] {
  const allowing = statements.filter(({ effect }) => effect === 'Allow');
  return [
    ...allowing.flatMap((one) => [
      ...notWarnings(one),
      ...one.actions.filter(({ text }) => /^(\*|iot:\*)$/i.test(text) && !one.notAction).map(everyAction),
      ...connectWarnings(one),
      ...wideWarnings(one),
    ]),
    ...filterWarnings(allowing),
    ...silentSubscriptions(allowing),
  ];
}

const allows = (one: Inspected, action: string): boolean =>
  one.actions.some(({ text }) => matchesAction(text, action)) !== one.notAction;

const everyAction = ({ text, path }: Item): CheckFinding => ({
  path,
  ...sentence('everyAction', { text }),
  source: auditPage,
});

const notWarnings = ({ notAction, notResource, path }: Inspected): CheckFinding[] =>
  [...(notAction ? ['NotAction'] : []), ...(notResource ? ['NotResource'] : [])].map((name) => ({
    path: `${path}/${name}`,
    ...sentence('allowsElse', { member: name }),
    source: `IAM User Guide, "IAM JSON policy elements: ${name}"`,
  }));

/** The part of a resource that is its own; empty where it is no ARN. */
function nameOf(resource: string): string {
  if (resource === '*') return '*';
  return resource.startsWith('arn:') ? (arnParts(resource)[5] ?? '*') : '';
}

/** Names that no policy is written for: a resource that takes one of them takes nearly any. */
const anyNames = ['Q7x', 'Q7x-w8_y9'];

/** Whether a resource takes one of these names. What a variable stands for is told by `variables`. */
const takesOne = (
  { text }: Item,
  type: string,
  names: readonly string[],
  variables: (name: string, client: string) => string | undefined = () => undefined,
): boolean =>
  names.some((name) => matches(nameOf(text), `${type}/${name}`, (variable) => variables(variable, name)) === true);

/** `${iot:ClientId}` is whatever the device says. */
const isOpenClient = (item: Item): boolean =>
  takesOne(item, 'client', anyNames, (variable, client) => (/^iot:ClientId$/i.test(variable) ? client : undefined));
/** Conditions that tie the client id to a thing, a certificate or a name. */
const ties = ({ conditions }: Inspected): boolean =>
  conditions.some(({ key }) => /^iot:(connection\.thing\.|clientid$|certificate)/i.test(key));

function connectWarnings(one: Inspected): CheckFinding[] {
  if (!allows(one, 'iot:Connect') || one.notResource || ties(one)) return [];
  return one.resources.filter(isOpenClient).map(({ path, text }) => ({
    path,
    ...sentence('anyClientId', { text }),
    source: 'AWS IoT Core developer guide, "Connect policy examples"',
  }));
}

type Wide = { actions: readonly string[]; says: 'everyTopic' | 'everyShadow' | 'everyRole' } & (
  | { type: string; names: readonly string[] }
  | { form: RegExp }
);
const shadows = ['iot:GetThingShadow', 'iot:UpdateThingShadow', 'iot:DeleteThingShadow'];
const jobs = ['Describe', 'GetPending', 'Update', 'StartNextPending'].map(
  (verb) => `iotjobsdata:${verb}JobExecution${verb === 'GetPending' ? 's' : ''}`,
);
const onTopics = ['iot:Publish', 'iot:Receive', 'iot:GetRetainedMessage'];
const onFilters = ['iot:Subscribe'];

/** What opens more than one device has. The first that fits a resource is told. */
const wide: readonly Wide[] = [
  { actions: onTopics, says: 'everyTopic', type: 'topic', names: [...anyNames, 'Q7x/w8/y9'] },
  { actions: onFilters, says: 'everyTopic', type: 'topicfilter', names: ['#', '+/#', '+/+/#'] },
  { actions: onTopics, says: 'everyShadow', type: 'topic', names: ['$aws/things/Q7x/shadow/update'] },
  { actions: onTopics, says: 'everyShadow', form: /^topic\/\$aws\/things\/[*?]+\// },
  {
    actions: onFilters,
    says: 'everyShadow',
    type: 'topicfilter',
    names: ['$aws/#', '$aws/things/#', '$aws/things/+/shadow/#'],
  },
  { actions: onFilters, says: 'everyShadow', form: /^topicfilter\/\$aws\/things\/([*?]+|\+)\// },
  { actions: [...shadows, ...jobs], says: 'everyShadow', type: 'thing', names: [...anyNames, 'Q7x/w8'] },
  { actions: ['iot:AssumeRoleWithCertificate'], says: 'everyRole', type: 'rolealias', names: anyNames },
];

function wideWarnings(one: Inspected): CheckFinding[] {
  if (one.notResource) return [];
  const meant = wide.filter(({ actions }) => actions.some((action) => allows(one, action)));
  return one.resources.flatMap((item) => {
    const found = meant.find((kind) =>
      'form' in kind ? kind.form.test(nameOf(item.text)) : takesOne(item, kind.type, kind.names),
    );
    return found ? [{ path: item.path, ...sentence(found.says, { text: item.text }), source: auditPage }] : [];
  });
}

/** A client id may be "+" or "#", which in a topic filter opens the topics of all. */
function filterWarnings(allowing: readonly Inspected[]): CheckFinding[] {
  const connecting = allowing.filter((one) => allows(one, 'iot:Connect'));
  const bound = connecting.length > 0 && connecting.every((one) => ties(one) || !one.resources.some(isOpenClient));
  if (bound) return [];
  return allowing
    .filter((one) => allows(one, 'iot:Subscribe'))
    .flatMap(({ resources }) => resources)
    .filter(({ text }) => /^topicfilter\/.*\$\{iot:ClientId\}/is.test(nameOf(text)))
    .map(({ text, path }) => ({
      path,
      ...sentence('clientIdInFilter', { text, remedy: `\${iot:Connection.Thing.ThingName}` }),
      source: variablePage,
    }));
}

function silentSubscriptions(allowing: readonly Inspected[]): CheckFinding[] {
  const [subscribing] = allowing.filter((one) => allows(one, 'iot:Subscribe'));
  if (!subscribing || allowing.some((one) => allows(one, 'iot:Receive'))) return [];
  return [
    {
      path: subscribing.path,
      ...sentence('noReceive'),
      source: 'AWS IoT Core developer guide, "AWS IoT Core policy actions"',
    },
  ];
}
