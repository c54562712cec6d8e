/** Gathers what is known of a unit and of the account that it is to connect to; see `connections.why`. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StationError } from '../../contract/errors.ts';
import { type CloudTarget, isNamed, journalEntryOf, type UnitHistory } from '../../contract/model.ts';
import type { WouldConnect } from '../../contract/wouldconnect.ts';
import { usualDriver } from '../../device/drivers/index.ts';
import { renderTemplate } from '../../iot/index.ts';
import type { Recipe } from '../../line/index.ts';
import { type AccountFacts, type Cloud, judgeUnit, type UnitFacts } from '../../registration/index.ts';
import type { StationParts } from '../composition.ts';
import { policiesOf } from '../recipes/waycheck.ts';
import { noTarget } from './cloudlink.ts';

type Parts = Pick<StationParts, 'authority' | 'cloudLink' | 'clock' | 'ledger' | 'recipes'>;

/** @throws `unit.notFound`, `cloud.noTarget`, `recipe.*` */
export async function whyNot(
  { unitSerial, target: named }: { unitSerial: string; target?: string | undefined },
  parts: Parts,
): Promise<WouldConnect> {
  const { cloudLink, ledger, recipes } = parts;
  const unit = await ledger.showUnit(unitSerial);
  const certificate = unit.certificates.findLast(({ pem }) => pem !== null);
  if (!certificate?.pem)
    throw new StationError('unit.notFound', `${unitSerial} has no certificate of this station`, {
      data: { unitSerial },
    });
  const recipe = await recipes.forOrder(unit.orderId, { driver: usualDriver });
  const target = cloudLink.target(named ?? recipe.home.target);
  if (!target && named !== undefined) throw noTarget(named, cloudLink.targets());
  const x509 = new X509Certificate(certificate.pem);
  // An older unit is of an older CA. A certificate that AWS issued has none here, and its way needs none.
  const maker = parts.authority
    .issuing()
    .find(({ facts: { certificateDer } }) => x509.checkIssued(new X509Certificate(certificateDer)));
  const asked = {
    certificateId: certificate.certificateId,
    issuerId: (maker?.facts ?? parts.authority.issuer).issuerId,
  };
  const { account, cloud, silence } = await askAccount(target, asked, parts);
  const thingName = thingNameIn(unit) ?? unitSerial;
  const facts = { recipe, unit, thingName, subject: subjectIn(x509) };
  const checks = judgeUnit({
    now: parts.clock.now(),
    ...certificateFacts(x509),
    revoked: certificate.state === 'revoked',
    subject: facts.subject,
    thingName,
    topics: topicsOf(facts),
    endpoint: recipe.config.endpoint,
    rootFits: await rootFits(recipe, target),
    way: recipe.way,
    template: await keptText(ledger, 'template', recipe.template),
    arn: arnOf(target),
    policies: target ? await policyTexts(facts, { target, cloud, ledger }) : undefined,
    account,
    silence,
  });
  const states = checks.filter(({ check }) => check !== 'clock').map(({ state }) => state);
  const would = states.includes('wrong') ? 'no' : states.includes('unknown') ? 'unknown' : 'yes';
  return { unitSerial, target: target?.name ?? null, clientId: thingName, would, checks };
}

/** What the account says; `silence` says why it says nothing. */
async function askAccount(
  target: CloudTarget | null,
  { certificateId, issuerId }: { certificateId: string | null; issuerId: string },
  { cloudLink }: Parts,
): Promise<{ account: AccountFacts | undefined; cloud: Cloud | undefined; silence: string }> {
  if (!target) return { account: undefined, cloud: undefined, silence: 'the station has no AWS target' };
  try {
    const cloud = await cloudLink.cloud(target.name);
    const [endpoint, certificate, ca] = await Promise.all([
      target.gateway ? target.gateway.host : cloud.describeEndpoint(),
      certificateId === null ? undefined : cloud.registry.statusOf(certificateId),
      cloud.account.describeCa(issuerId),
    ]);
    return { account: { endpoint, certificate, ca }, cloud, silence: '' };
  } catch (thrown) {
    if (!(thrown instanceof StationError)) throw thrown;
    return { account: undefined, cloud: undefined, silence: `AWS did not say: ${thrown.code}` };
  }
}

/** The name that the device was told when its certificate was last written. */
function thingNameIn({ journal }: UnitHistory): string | undefined {
  const written = journal.findLast((entry) => isNamed(entry, 'step.done') && entry.step === 'install');
  const data = written && journalEntryOf(written, 'step.done')?.data;
  return data && 'thingName' in data && typeof data.thingName === 'string' ? data.thingName : undefined;
}

function certificateFacts(x509: X509Certificate): Pick<UnitFacts, 'notBefore' | 'notAfter' | 'signature' | 'key'> {
  const { asymmetricKeyType, asymmetricKeyDetails: details = {} } = x509.publicKey;
  return {
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    signature: x509.signatureAlgorithm ?? 'unknown',
    key: details.namedCurve ?? `${asymmetricKeyType} ${details.modulusLength ?? ''}`,
  };
}

/** Short names of OpenSSL, and the policy variables of the same attributes. */
const variables: Readonly<Record<string, string>> = {
  C: 'Country',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  dnQualifier: 'DistinguishedNameQualifier',
  ST: 'State',
  CN: 'CommonName',
  serialNumber: 'SerialNumber',
};

function subjectIn({ subject }: X509Certificate): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of subject.split('\n')) {
    const at = line.indexOf('=');
    const name = variables[line.slice(0, at)];
    if (name !== undefined && !(name in found)) found[name] = line.slice(at + 1);
  }
  return found;
}

type Told = { recipe: Recipe; unit: UnitHistory; thingName: string; subject: Record<string, string> };

function topicsOf({ recipe, unit, thingName }: Told): UnitFacts['topics'] {
  const { unitSerial, model, hardwareId } = unit;
  const values: Record<string, string | null> = { unitSerial, thingName, model, hardwareId };
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { publish, subscribe } = recipe.config.topics ?? { publish: [recipe.home.topic], subscribe: [] };
  return { publish: publish.map(filled), subscribe: subscribe.map(filled) };
}

/** Whether the unit's root is that of the gateway. Only a practice AWS says its root; Amazon's is in the recipe or not. */
async function rootFits({ rootCaDer }: Recipe, target: CloudTarget | null): Promise<boolean | undefined> {
  const own = new X509Certificate(rootCaDer);
  if (!target?.gateway) return /\bO=Amazon\b|\bO=Starfield/.test(own.subject);
  const pem = await readFile(target.gateway.rootCaPem, 'utf8').catch(() => undefined);
  return pem === undefined ? undefined : new X509Certificate(pem).fingerprint256 === own.fingerprint256;
}

function arnOf(target: CloudTarget | null): string {
  const [, partition = 'aws', , , account = ''] = target?.roleArn.split(':') ?? [];
  return `arn:${partition}:iot:${target?.region ?? ''}:${target?.accountId ?? account}`;
}

const keptText = async (ledger: Parts['ledger'], kind: 'template' | 'policy', name: string | undefined) =>
  name === undefined
    ? undefined
    : ((await ledger.documents(kind)).findLast((one) => one.name === name)?.text ?? undefined);

/** The texts of the unit's policies: as the template has them, as they are in AWS, or as the station keeps them. */
async function policyTexts(
  { recipe, subject, thingName, unit }: Told,
  { target, cloud, ledger }: { target: CloudTarget; cloud: Cloud | undefined; ledger: Parts['ledger'] },
): Promise<string[] | undefined> {
  const text = await keptText(ledger, 'template', recipe.template);
  const jitp = Object.entries(subject).map(([name, value]) => [
    `AWS::IoT::Certificate::${name === 'State' ? 'StateName' : name}`,
    value,
  ]);
  const parameters = { ...Object.fromEntries(jitp), ThingName: thingName, SerialNumber: unit.unitSerial };
  const made =
    text === undefined ? undefined : renderTemplate(text, parameters, recipe.way === 'jitp' ? 'jitp' : 'bulk');
  const wanted =
    recipe.way === null ? target.policyNames.map((name) => ({ name })) : policiesOf(recipe.way, target, made);
  const texts = await Promise.all(
    wanted.map(async (one) => {
      if ('text' in one) return one.text;
      const there = await cloud?.policies.describe(one.name).catch(() => undefined);
      return there?.document ?? (await keptText(ledger, 'policy', one.name));
    }),
  );
  return texts.length === 0 || texts.includes(undefined) ? undefined : texts.filter((each) => each !== undefined);
}
