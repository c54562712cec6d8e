/** Asks one account for all that the way of a recipe needs there. It changes nothing. */
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget, RecipeFile, RecipeInAws } from '../../contract/model.ts';
import { type RecipeWay, targetsOf, wayOf, wayTraits } from '../../contract/ways.ts';
import { renderTemplate } from '../../iot/index.ts';
import { type Cloud, testTarget } from '../../registration/index.ts';
import { noTarget } from '../cloud/cloudlink.ts';
import type { StationParts } from '../composition.ts';
import { readRecipe, withPlaces } from './check.ts';
import { jitpParameters, type SampleUnit, sampleUnit } from './sampleunit.ts';
import { nameOfTemplate, policiesOf, refusalFindings } from './waycheck.ts';

type Parts = Pick<StationParts, 'cloudLink' | 'authority' | 'profiles' | 'ledger' | 'config'>;
type Finding = RecipeInAws['problems'][number];
type Told = { problem(finding: Finding): void; warning(finding: Finding): void; found(what: string): void };
type Asked = { recipe: RecipeFile; way: RecipeWay; target: CloudTarget; cloud: Cloud; unit: SampleUnit; parts: Parts };

/**
 * The report of one account.
 *
 * @throws `recipe.invalid`, `cloud.noTarget`, `cloud.*`
 */
export async function checkInAws(text: string, targetName: string, parts: Parts): Promise<RecipeInAws> {
  const { recipe, problems: mistakes } = readRecipe(text);
  if (!recipe) throw new StationError('recipe.invalid', mistakes[0]?.message ?? '', { data: { path: '' } });
  const way = wayOf(recipe);
  if (way === null || !targetsOf(recipe).some(({ name }) => name === targetName))
    throw new StationError('recipe.invalid', `the recipe does not go to ${targetName}`, {
      data: { path: 'provisioning' },
    });
  const target = parts.cloudLink.target(targetName);
  if (!target) throw noTarget(targetName, parts.cloudLink.targets());
  const report: RecipeInAws = { target: targetName, problems: [], warnings: [], found: [] };
  const told: Told = {
    problem: (finding) => void report.problems.push(finding),
    warning: (finding) => void report.warnings.push(finding),
    found: (what) => void report.found.push(what),
  };
  const cloud = await parts.cloudLink.cloud(targetName);
  const asked = { recipe, way, target, cloud, unit: sampleUnit(recipe, parts.profiles), parts };
  const body = await askTemplate(asked, told);
  await askCa(asked, told);
  const account = await askRights(asked, told);
  await askPolicies(asked, told, { body, account });
  const placed = (list: Finding[]) =>
    withPlaces(text, list).map((finding, at) => ({ ...finding, remedy: list[at]?.remedy ?? '' }));
  return { ...report, problems: placed(report.problems), warnings: placed(report.warnings) };
}

/** The CA of the station, as the way needs it. */
async function askCa({ way, target, cloud, recipe, parts }: Asked, told: Told): Promise<void> {
  const { ca: needed } = wayTraits[way];
  if (needed === null) return;
  const { issuerId } = parts.authority.issuer;
  const path = 'provisioning.way';
  const page = 'AWS IoT developer guide, "Just-in-time provisioning"';
  const { commonName } = parts.authority.caOf(issuerId).facts;
  const ca = await cloud.account.describeCa(issuerId);
  const at = `birthmark cloud ca register --target ${target.name}`;
  if (!ca) {
    const template = way === 'jitp' ? ` --template ${recipe.template ?? 'NAME'}` : '';
    const auto = needed === 'active' ? '' : ` --auto${template}`;
    told.problem({ path, message: `the CA of the station is not registered in ${target.name}`, remedy: at + auto });
    return;
  }
  if (ca.status !== 'ACTIVE')
    told.problem({
      path,
      message: `the CA is INACTIVE in ${target.name}: AWS takes no new certificate of it`,
      remedy: at,
    });
  if (needed === 'active') {
    told.found(`the CA is ${ca.status}, ${ca.mode} mode`);
    return;
  }
  if (!ca.autoRegistration)
    told.problem({
      path,
      message: `the CA does not register certificates by itself in ${target.name}`,
      remedy: `birthmark cloud ca auto-on "${commonName}" --target ${target.name}`,
      source: page,
    });
  if (way === 'jitp' && ca.template === null)
    told.problem({
      path,
      message: 'the CA has no template: a device that connects stays PENDING_ACTIVATION, without a thing',
      remedy: `birthmark cloud ca set-template "${commonName}" --target ${target.name} --template ${recipe.template ?? 'NAME'}`,
      source: page,
    });
  if (way === 'jitr' && ca.template !== null)
    told.problem({
      path,
      message: 'the CA has a template, so that AWS provisions devices by it, and no function decides',
      remedy: `birthmark cloud ca remove-template "${commonName}" --target ${target.name}, or take the way jitp`,
      source: page,
    });
  if (way === 'jitp' && ca.template && recipe.template !== undefined && ca.template !== recipe.template)
    told.warning({
      path: 'template',
      message: `the CA has the template ${ca.template} there, the recipe names ${recipe.template}`,
      remedy: 'name the same template in both, so that the check looks at the one that AWS uses',
    });
  if (way === 'jitr')
    told.warning({
      path,
      message: 'whether rule, function and table are there, the rights of the station do not let it see',
      remedy: `make them from the set-up of the target (birthmark target cloudformation ${target.name} --way jitr), and let one device connect`,
      source: 'AWS IoT developer guide, "Register a client certificate when the client connects"',
    });
  told.found(`the CA is ${ca.status}, ${ca.mode} mode, auto-registration ${ca.autoRegistration ? 'on' : 'off'}`);
}

/** The template in AWS; resolves to its text. */
async function askTemplate({ recipe, way, target, cloud, parts }: Asked, told: Told): Promise<string | undefined> {
  const kind = wayTraits[way].template;
  const named = nameOfTemplate(recipe);
  const kept = named && (await parts.ledger.documents('template')).findLast(({ name }) => name === named.name);
  if (!wayTraits[way].templateInAws || !named) return kept?.text ?? undefined;
  const { name, path } = named;
  const there = await cloud.templates.describeTemplate(name);
  const push = `birthmark template push ${name} --target ${target.name}`;
  if (!there) {
    // A CA may also hold the body itself.
    if (way !== 'jitp') told.problem({ path, message: `there is no template ${name} in ${target.name}`, remedy: push });
    return kept?.text ?? undefined;
  }
  const type = kind === 'jitp' ? 'JITP' : 'FLEET_PROVISIONING';
  if (there.type !== type)
    told.problem({
      path,
      message: `${name} is of the type ${there.type} in AWS; ${way} needs ${type}`,
      remedy: 'AWS cannot change a type: push the template under another name',
      source: 'AWS IoT API reference, CreateProvisioningTemplate',
    });
  if (!there.enabled)
    told.problem({
      path,
      message: `${name} is disabled in AWS: it provisions nothing`,
      remedy: `aws iot update-provisioning-template --template-name ${name} --enabled`,
    });
  if (way === 'claim' && there.hook === undefined)
    told.warning({
      path,
      message: `${name} has no hook: a device with the claim may provision any serial`,
      remedy: 'set a pre-provisioning hook; the set-up of the target has one with an allow-list',
      source: 'AWS IoT developer guide, "Pre-provisioning hooks"',
    });
  if (kept?.text && !sameJson(kept.text, there.body))
    told.warning({
      path,
      message: `${name}, version ${there.version} in AWS, differs from the kept version ${kept.version}`,
      remedy: push,
    });
  told.found(`template ${name}: ${there.type}, version ${there.version}${there.hook ? `, hook ${there.hook}` : ''}`);
  return there.body;
}

/** The rights of the station; resolves to the account. */
async function askRights({ way, target, cloud, parts }: Asked, told: Told): Promise<string | undefined> {
  const sealedEndpoint = parts.config.current().device.endpoint;
  const said = await testTarget(cloud, { target, ways: [wayTraits[way].rights], sealedEndpoint });
  const missing = said.permissions.filter(({ verdict }) => verdict === 'missing').map(({ action }) => action);
  const others = said.problems.filter(({ path }) => !missing.includes(path));
  const test = `birthmark target test ${target.name} --way ${wayTraits[way].rights}`;
  for (const { path, message } of others)
    told.problem({ path: 'provisioning.way', message: `${path}: ${message}`, remedy: test });
  if (missing.length > 0)
    told.problem({
      path: 'provisioning.way',
      message: `the station may not ${[...new Set(missing)].join(', ')} in ${target.name}`,
      remedy: `${test} prints the statement that is missing`,
    });
  if (said.endpoint && !said.endpoint.same)
    told.warning({
      path: 'config.endpoint',
      message: `units get the endpoint "${said.endpoint.sealed}", the account has ${said.endpoint.aws}`,
      remedy: `birthmark target endpoint ${target.name} --take`,
    });
  if (said.identity) told.found(`the station asks as ${said.identity.arn}`);
  return said.identity?.accountId;
}

type PolicyFacts = { body: string | undefined; account: string | undefined };

/** The policies of the units: that they are there, and that they let the device do what the recipe says. */
async function askPolicies(asked: Asked, told: Told, { body, account }: PolicyFacts): Promise<void> {
  const { way, target, cloud, unit, recipe } = asked;
  const parameters = way === 'jitp' ? jitpParameters(unit) : { ThingName: unit.thingName };
  const made = body === undefined ? undefined : renderTemplate(body, parameters, wayTraits[way].template ?? 'bulk');
  const texts: string[] = [];
  for (const policy of policiesOf(way, target, made)) {
    if ('text' in policy) texts.push(policy.text);
    else {
      const there = await cloud.policies.describe(policy.name);
      if (there) texts.push(there.document);
      else
        told.problem({
          path: nameOfTemplate(recipe)?.path ?? 'provisioning.way',
          message: `there is no policy ${policy.name} in ${target.name}`,
          remedy: `birthmark policy push ${policy.name} --target ${target.name}`,
        });
      if (there) told.found(`policy ${policy.name}, version ${there.defaultVersionId}`);
    }
  }
  if (texts.length === 0) {
    told.warning({
      path: 'provisioning.way',
      message: `no policy of the units is known for ${target.name}, so that none of their topics was tried`,
      remedy: 'name policies in the template or in the target',
    });
    return;
  }
  for (const finding of refusalFindings(texts, { unit, target, accountId: account }))
    told.problem({
      ...finding,
      remedy: 'change the policy (birthmark policy simulate says which statement decides), or the topic',
    });
}

function sameJson(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return one === other;
  }
}
