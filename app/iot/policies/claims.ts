/** Warnings of claim policies that do not allow the whole conversation ("Device provisioning MQTT API"). */
import type { CheckFinding } from '../../contract/findings.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { Policy } from './document.ts';
import { decide } from './evaluate.ts';
import type { Inspected, Item } from './inspect.ts';
import { arnParts } from './wildcard.ts';

const page = 'AWS IoT Core developer guide, "Device provisioning MQTT API"';
const create = '$aws/certificates/create';
const fromCsr = '$aws/certificates/create-from-csr';
const formats = ['json', 'cbor'];

/** A claim policy is one that names these topics. */
export function claimWarnings(statements: readonly Inspected[], policy: Policy): CheckFinding[] {
  const items = statements
    .filter(({ effect, notResource }) => effect === 'Allow' && !notResource)
    .flatMap((one) => one.resources);
  const about = (topic: string) =>
    items.find(({ text }) => (arnParts(text)[5] ?? '').replace(/^topic(filter)?\//, '').startsWith(topic));
  const creating = about('$aws/certificates/');
  const provisioning = about('$aws/provisioning-templates/');
  const place = creating ?? provisioning;
  if (!place) return [];
  const allows = allowanceOf(policy, place);
  const say = (said: Said, { path }: Item = place): CheckFinding => ({ path, ...said, source: page });
  const flows = [create, fromCsr, ...(provisioning ? [provisioningTopic(provisioning)] : [])];
  const open = flows
    .flatMap((flow) => formats.map((format) => `${flow}/${format}`))
    .filter((topic) => allows('iot:Publish', topic));
  const can = (flow: string) => open.some((topic) => topic.startsWith(`${flow}/`));
  const findings: CheckFinding[] = [];
  if (creating && !can(fromCsr)) findings.push(say(sentence('claimNoCsr', { topic: fromCsr }), creating));
  if (creating && !provisioning) findings.push(say(sentence('claimNotActivated')));
  if (provisioning && !creating) findings.push(say(sentence('claimNotCreated')));
  const answers = open.flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  for (const action of ['iot:Subscribe', 'iot:Receive']) {
    const deaf = answers.find((topic) => !allows(action, topic));
    if (deaf !== undefined) findings.push(say(sentence('claimNoAnswer', { action, topic: deaf })));
  }
  return findings;
}

/** The topic of provisioning with a wildcard's place filled, e.g. for `…/provisioning-templates/*`. */
function provisioningTopic({ text }: Item): string {
  const name = /provisioning-templates\/([^/*?]+)\//.exec(text)?.[1] ?? 'template';
  return `$aws/provisioning-templates/${name}/provision`;
}

/** Whether the policy allows an action on a topic, in the account of this resource. */
function allowanceOf(policy: Policy, { text }: Item): (action: string, topic: string) => boolean {
  const head = arnParts(text)
    .slice(0, 5)
    .map((part) => part.replaceAll('*', '1').replaceAll('?', '1'));
  // Conditions are taken as met, except those of a Deny.
  const statements = policy.statements
    .filter(({ effect, conditions }) => effect === 'Allow' || conditions.length === 0)
    .map((one) => ({ ...one, conditions: [] }));
  return (action, topic) => {
    const type = action === 'iot:Subscribe' ? 'topicfilter' : 'topic';
    const resource = `${head.join(':')}:${type}/${topic}`;
    return decide([{ ...policy, statements }], { action, resource, context: {} }).decision === 'ALLOWED';
  };
}
