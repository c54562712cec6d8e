/** Preparing the practice line for a way: the account as the station's own set-up has it, a recipe, and an order. */
import { readFile } from 'node:fs/promises';
import { StationError } from '../app/contract/errors.ts';
import type { RecipeWay, Station } from '../app/contract/index.ts';
import { recipeWays, wayTraits } from '../app/contract/ways.ts';
import type { PracticeAws } from '../app/practice/aws/index.ts';

type Practised = {
  /** Acts as the engineer of the practice line. */
  engineer: Station;
  aws: Pick<PracticeAws, 'install' | 'policyName' | 'gateway'>;
  target: string;
  /** The issuing CA, whose state in AWS the ways differ in. */
  issuerId: string;
};

/** The model of the simulated devices that can connect. */
const model = 'BM-PRACTICE';
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
      name: 'practice-fleet',
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
export async function practise(way: RecipeWay, { engineer, aws, target, issuerId }: Practised): Promise<void> {
  if (!aws.gateway) throw new StationError('call.badParams', 'this practice AWS has no gateway for devices');
  const { template: kind, templateInAws } = wayTraits[way];
  const { jitp, fleet } = templates(aws.policyName);
  const template = kind === 'jitp' ? jitp : fleet;
  if (templateInAws && kind) {
    const { name, body } = template;
    const text = `${JSON.stringify(body, null, 2)}\n`;
    await engineer.call('documents.save', { kind: 'template', name, form: kind, text });
    await engineer.call('templates.push', { name, target, prune: true });
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
  await takeOrder(way, name, engineer, target);
}

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
    ...{ name: `practice-${way.toLowerCase()}`, model, driver: 'agent', profile: 'aws-iot-device' },
    ...said(),
    config: { endpoint: 'localhost', topics: { publish: ['devices/{thingName}/hello'] } },
    rootCa: rootPem,
  };
}

/** Each way has its order, whose number the practice rule of scans takes for one. */
async function takeOrder(way: RecipeWay, recipe: string, engineer: Station, target: string): Promise<void> {
  const orderId = `PRACTICE-${recipeWays.indexOf(way) + 2}`;
  const known = (await engineer.call('orders.list', {})).some((order) => order.orderId === orderId);
  if (known) await engineer.call('orders.activate', { orderId });
  else await engineer.call('orders.make', { orderId, model, quantity: 10_000, recipe });
  const perUnit = way === 'awsIssued' ? 'registerThing' : way;
  if (perUnit === 'registerThing' || perUnit === 'registerCertificate' || perUnit === 'withoutCa')
    await engineer.call('orders.register', { orderId, registration: { target, way: perUnit } });
}
