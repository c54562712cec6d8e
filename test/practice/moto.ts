/**
 * `npm run moto -- URL`: the calls of the walk, made to the practice AWS and to the server of moto (github.com/getmoto/moto) at URL. Prints what
 * differs in outcomes and in the members of answers, each with its reason. Exit 1: a difference has no reason here, or a reason no difference.
 */
import * as sdk from '@aws-sdk/client-iot';
import { startPracticeAws } from '../../app/practice/aws/index.ts';
import { createPki } from './pki.ts';
import { wallClock } from './support.ts';
import { type Input, steps } from './walk.ts';

const reasons: Record<string, readonly string[]> = {
  'moto does not have the operation, and answers with a page': [
    'CreateProvisioningClaim',
    'CreateProvisioningTemplate',
    'CreateProvisioningTemplateVersion',
    'DeleteProvisioningTemplate',
    'DeleteProvisioningTemplate refused',
    'DeleteProvisioningTemplateVersion',
    'DeleteProvisioningTemplateVersion refused',
    'DeleteRegistrationCode',
    'DeleteRegistrationCode refused',
    'DescribeProvisioningTemplate',
    'DescribeProvisioningTemplateVersion',
    'DescribeThingRegistrationTask',
    'GetEffectivePolicies',
    'ListCACertificates',
    'ListProvisioningTemplateVersions',
    'ListProvisioningTemplates',
    'ListTagsForResource',
    'ListThingRegistrationTaskReports',
    'ListThingRegistrationTasks',
    'RegisterThing',
    'RegisterThing refused',
    'StartThingRegistrationTask',
    'StartThingRegistrationTask refused',
    'TagResource',
    'TestAuthorization',
    'UntagResource',
    'UpdateProvisioningTemplate',
    'UpdateThingType',
  ],
  'moto does not prove that the CA is ours, nor that it is new': ['RegisterCACertificate refused'],
  'moto breaks on a request that is no CSR': ['CreateCertificateFromCsr refused'],
  'moto takes a document that is not a policy': ['CreatePolicy refused'],
  'moto does not hold names, states and SQL against their rules': [
    'CreateThing refused',
    'CreateTopicRule refused',
    'UpdateCertificate refused',
  ],
  'moto does not count versions of a thing': ['UpdateThing refused'],
  'moto deletes a thing type at once: AWS waits for five minutes after it was deprecated': ['DeleteThingType refused'],
  "moto refuses a default version as InvalidRequestException. The page of DeletePolicyVersion has both names, and gives neither to this case; DeletePolicy's is DeleteConflictException":
    ['DeletePolicyVersion refused'],
  'moto looks for what an ARN of no kind names': ['AttachPolicy refused'],
  'moto has the second version of lists of things for other callers only': [
    'ListPrincipalThingsV2',
    'ListThingPrincipalsV2',
  ],
  'moto does not look into groups of the group': ['ListThingsInThingGroup'],
  "moto leaves out members that the service's model has": [
    'CreateThingType',
    'DescribeBillingGroup',
    'DescribeCACertificate',
    'DescribeCertificate',
    'GetPolicy',
    'ListCertificates',
    'ListCertificatesByCA',
  ],
  'moto gives a rule that has none an empty description and a version of SQL: AWS says neither that it does nor that it does not':
    ['GetTopicRule'],
};
const reasonOf = new Map(Object.entries(reasons).flatMap(([reason, calls]) => calls.map((call) => [call, reason])));

/** The members of an answer, as `.things[].thingName`. */
function members(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => members(one, `${at}[]`));
  if (typeof value !== 'object' || value === null || value instanceof Date) return [at];
  return Object.entries(value).flatMap(([name, one]) =>
    name === '$metadata' || one === undefined ? [] : members(one, `${at}.${name}`),
  );
}

type Told = { call: string; outcome: string; members: Set<string> };
type Service = Pick<sdk.IoTClientConfig, 'region' | 'endpoint' | 'credentials'>;
const commands = sdk as unknown as Record<string, new (input: Input) => sdk.DescribeThingCommand>;

const aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY });
async function walk(service: Service): Promise<Told[]> {
  const iot = new sdk.IoTClient({ ...service, maxAttempts: 1 });
  const keys = createPki();
  const made = new Map<string, Input>();
  const told: Told[] = [];
  for await (const { operation, input, refused } of steps(aws, keys, (name) => made.get(name) ?? {})) {
    const call = refused === undefined ? operation : `${operation} refused`;
    try {
      const answer = (await iot.send(new commands[`${operation}Command`]!(input))) as unknown as Input;
      made.set(operation, answer);
      told.push({ call, outcome: 'accepted', members: new Set(members(answer)) });
    } catch (error) {
      told.push({ call, outcome: (error as Error).name, members: new Set() });
    }
  }
  keys.remove();
  iot.destroy();
  return told;
}

const [url] = process.argv.slice(2);
if (url === undefined || !URL.canParse(url)) {
  console.error('npm run moto -- URL: the address of a moto server, such as http://127.0.0.1:5000');
  process.exit(2);
}
await fetch(url).catch(() => {
  console.error(`No server answers at ${url}: start one by "moto_server".`);
  process.exit(2);
});
const { endpoint, region, credentials } = aws;
const [ours, theirs] = await Promise.all([
  walk({ endpoint, region, credentials }),
  walk({ endpoint: url, region, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } }),
]);
await aws.close();

const unseen = new Set(reasonOf.keys());
let unexplained = 0;
ours.forEach(({ call, outcome, members: mine }, at) => {
  const other = theirs[at]!;
  const only = [...mine].filter((name) => !other.members.has(name)).map((name) => `ours alone ${name}`);
  const more = [...other.members].filter((name) => !mine.has(name)).map((name) => `moto alone ${name}`);
  const differs = outcome === other.outcome ? [...only, ...more].join(', ') : `${outcome}, moto ${other.outcome}`;
  if (differs === '') return;
  const reason = reasonOf.get(call);
  unseen.delete(call);
  if (reason === undefined) unexplained += 1;
  console.log(`${call}: ${differs}\n    ${reason ?? 'NO REASON IS GIVEN'}`);
});
for (const call of unseen) console.log(`${call}: no difference any more. Remove its reason.`);
console.log(
  `${ours.length} calls, ${unexplained} differences without a reason, ${unseen.size} reasons without a difference`,
);
process.exitCode = unexplained + unseen.size === 0 ? 0 : 1;
