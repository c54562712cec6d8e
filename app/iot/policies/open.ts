/** Warnings of statements that allow more than a device should have. */
import type { CheckFinding } from '../../contract/findings.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { Inspected, Item } from './inspect.ts';
import { arnParts, matchesAction } from './wildcard.ts';

const auditPage = 'AWS IoT Device Defender guide, "AWS IoT policies overly permissive"';
const variablePage = 'AWS IoT Core developer guide, "Basic AWS IoT Core policy variables"';
const messages = ['iot:Publish', 'iot:Receive', 'iot:Subscribe'];

export function openWarnings(statements: readonly Inspected[]): CheckFinding[] {
  const allowing = statements.filter(({ effect }) => effect === 'Allow');
  return [
    ...allowing.flatMap((one) => [
      ...notWarnings(one),
      ...one.actions.filter(({ text }) => /^(\*|iot:\*)$/i.test(text) && !one.notAction).map(everyAction),
      ...connectWarnings(one),
      ...topicWarnings(one),
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

/** Resources that take any client id. `${iot:ClientId}` is whatever the device says. */
const isOpenClient = ({ text }: Item): boolean => /^(\*|client\/\*+|client\/\$\{iot:ClientId\})$/i.test(nameOf(text));
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

function topicWarnings(one: Inspected): CheckFinding[] {
  const allowed = messages.filter((action) => allows(one, action));
  if (allowed.length === 0 || one.notResource) return [];
  return one.resources.flatMap(({ text, path }) => {
    const name = nameOf(text);
    const say = (said: Said): CheckFinding[] => [{ path, ...said, source: auditPage }];
    if (/^(\*|topic(filter)?\/[*#]+)$/.test(name)) return say(sentence('everyTopic', { text }));
    if (/^topic(filter)?\/(\$aws(\/things)?\/[*#]+|\$aws\/things\/\*\/)/.test(name))
      return say(sentence('everyShadow', { text }));
    return [];
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
