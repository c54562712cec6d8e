/** Preparing the practice line for a way: the account as the station's own set-up has it, a recipe, and an order. */
import { readFile } from 'node:fs/promises';
import { StationError } from '../app/contract/errors.ts';
import type { RecipeWay, Station } from '../app/contract/index.ts';
import { recipeWays, wayTraits } from '../app/contract/ways.ts';
import type { PracticeAws } from '../app/practice/aws/index.ts';

type Practised = {
  /** Acts as the engineer of the practice line. */
  engineer: Station;
  aws: Pick<PracticeAws, 'install' | 'policyName' | 'gateway' | 'accountId' | 'region'>;
  target: string;
  /** Protects the key of a claim. */
  passphrase: string;
  /** The issuing CA, whose state in AWS the ways differ in. */
  issuerId: string;
};

/** The simulated devices that can connect: by what the station gave them, or by a claim. */
const agent = { model: 'BM-PRACTICE', driver: 'agent' };
const modem = { model: 'nRF9151-LACA', driver: 'nrf91', seal: false };
const deviceOf = (way: RecipeWay) => (way === 'claim' ? modem : agent);

/** The template of claims asks a hook. That of the trusted user does not: the station itself says who the unit is. */
export const claimTemplate = 'practice-claim';
const fleetTemplate = 'practice-fleet';
const string = { Type: 'String' };
const fromSubject = (name: string) => `AWS::IoT::Certificate::${name}`;

const templates = (policyName: string) => {
  const certificate = {
    Type: 'AWS::IoT::Certificate',
    Properties: { CertificateId: { Ref: fromSubject('Id') }, Status: 'ACTIVE' },
  };
  const policy = { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } };
  const thing = (name: string) => ({ Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: name } } });
  return {
    jitp: {
      name: 'practice-jitp',
      body: {
        Parameters: { [fromSubject('CommonName')]: string, [fromSubject('Id')]: string },
        Resources: { thing: thing(fromSubject('CommonName')), certificate, policy },
      },
    },
    fleet: {
      name: fleetTemplate,
      body: {
        Parameters: { SerialNumber: string, [fromSubject('Id')]: string },
        Resources: { thing: thing('SerialNumber'), certificate, policy },
      },
    },
  };
};

/**
 * Prepares this way and makes its order the active one. It can be repeated, and changed for another way.
 *
 * @throws StationError – as the acts that it takes: a way that this line cannot go is refused with its reason
 */
export async function practise(
  way: RecipeWay,
  { engineer, aws, target, issuerId, passphrase }: Practised,
): Promise<void> {
  if (!aws.gateway) throw new StationError('call.badParams', 'this practice AWS has no gateway for devices');
  const { template: kind, templateInAws } = wayTraits[way];
  const { jitp, fleet } = templates(aws.policyName);
  const template = kind === 'jitp' ? jitp : { ...fleet, ...(way === 'claim' && { name: claimTemplate }) };
  if (templateInAws && kind) {
    const { name, body } = template;
    const text = `${JSON.stringify(body, null, 2)}\n`;
    await engineer.call('documents.save', { kind: 'template', name, form: kind, text });
    const hookArn = way === 'claim' ? await hookOf(aws, engineer, target) : null;
    await engineer.call('templates.push', { name, target, prune: true, hookArn });
  }
  // What the CA does when a device first connects differs from way to way, and there is one CA.
  const change = { issuerId, targets: [target] };
  await engineer.call('cloud.changeCa', { ...change, act: 'removeTemplate' });
  if (way === 'jitp')
    await engineer.call('cloud.changeCa', { ...change, act: 'setTemplate', template: { templateName: jitp.name } });
  if (way === 'jitr') {
    await engineer.call('cloud.changeCa', { ...change, act: 'autoOn' });
    const { cloudFormation } = await engineer.call('targets.setUp', { name: target, ways: ['jitr'] });
    await aws.install(cloudFormation, { MakePolicies: 'no', MakeJitr: 'yes' });
  }
  const rootPem = await readFile(aws.gateway.rootCaPem, 'utf8');
  const text = JSON.stringify(recipeOf(way, { target, template: template.name, rootPem }), null, 2);
  const { name, version } = await engineer.call('recipes.save', { text });
  await engineer.call('recipes.approve', { name, version });
  const orderId = await takeOrder(way, name, engineer);
  if (way === 'claim') {
    const claims = await engineer.call('claims.list', { orderId });
    const made = { orderId, target, template: claimTemplate, passphrase };
    if (!claims.some(({ state }) => state === 'active')) await engineer.call('claims.make', made);
  }
}

/** The hook that the station generates for an account. Its list is that of `allowSerial`. */
async function hookOf(aws: Practised['aws'], engineer: Station, name: string): Promise<string> {
  const { cloudFormation } = await engineer.call('targets.setUp', { name, ways: ['fleet'] });
  const made = await aws.install(cloudFormation, { ...onlyHook, HookClaims: 'any' });
  return `arn:aws:lambda:${aws.region}:${aws.accountId}:function:${made.HookFunction}`;
}
const onlyHook = { MakePolicies: 'no', MakeJitr: 'no', MakeHook: 'yes' };

/** Lets a unit be provisioned by a claim: the row for which the hook looks. */
export const allowSerial = (aws: Pick<PracticeAws, 'putItem'>, table: string, serial: string): void =>
  aws.putItem(table, { id: { S: `serial:${serial}` } });

type Filled = { target: string; template: string; rootPem: string };

function recipeOf(way: RecipeWay, { target, template, rootPem }: Filled): object {
  const said = () => {
    switch (way) {
      case 'awsIssued':
        return { issuer: { aws: target }, provisioning: { way: 'registerThing', targets: [target] } };
      case 'claim':
      case 'trustedUser':
        return { provisioning: { way, target, template } };
      case 'jitp':
        return { provisioning: { way, targets: [target] }, template };
      default:
        return { provisioning: { way, targets: [target] } };
    }
  };
  return {
    ...{ name: `practice-${way.toLowerCase()}`, ...deviceOf(way), profile: 'aws-iot-device' },
    ...said(),
    config: { endpoint: 'localhost', topics: { publish: ['devices/{thingName}/hello'] } },
    rootCa: rootPem,
  };
}

/** Each way has its order, whose number the practice rule of scans takes for one. */
async function takeOrder(way: RecipeWay, recipe: string, engineer: Station): Promise<string> {
  const orderId = `PRACTICE-${recipeWays.indexOf(way) + 2}`;
  const known = (await engineer.call('orders.list', {})).some((order) => order.orderId === orderId);
  if (known) await engineer.call('orders.activate', { orderId });
  else await engineer.call('orders.make', { orderId, model: deviceOf(way).model, quantity: 10_000, recipe });
  return orderId;
}
