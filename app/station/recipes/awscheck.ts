/** Asks one account for all that the way of a recipe needs there. It changes nothing. */
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget, RecipeFile, RecipeInAws } from '../../contract/model.ts';
import { type Said, saidData, sentence } from '../../contract/sentences.ts';
import { type RecipeWay, targetsOf, wayOf, wayTraits } from '../../contract/ways.ts';
import { renderTemplate } from '../../iot/index.ts';
import { type Cloud, testTarget } from '../../registration/index.ts';
import { noTarget } from '../cloud/cloudlink.ts';
import type { StationParts } from '../composition.ts';
import { type Finding, lookAtHook, lookAtJitr, type Told } from './awsparts.ts';
import { readRecipe, withPlaces } from './check.ts';
import { jitpParameters, type SampleUnit, sampleUnit } from './sampleunit.ts';
import { nameOfTemplate, policiesOf, refusalFindings } from './waycheck.ts';

type Parts = Pick<StationParts, 'cloudLink' | 'authority' | 'profiles' | 'ledger' | 'config'>;
type Asked = { recipe: RecipeFile; way: RecipeWay; target: CloudTarget; cloud: Cloud; unit: SampleUnit; parts: Parts };

/**
 * The report of one account.
 *
 * @throws `recipe.invalid`, `cloud.noTarget`, `cloud.*`
 */
export async function checkInAws(text: string, targetName: string, parts: Parts): Promise<RecipeInAws> {
  const { recipe, problems: mistakes } = readRecipe(text);
  if (!recipe)
    throw new StationError('recipe.invalid', mistakes[0]?.message ?? '', {
      data: { path: '', ...(mistakes[0] && saidData(mistakes[0])) },
    });
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
    withPlaces(text, list).map((finding, at) => ({
      ...finding,
      remedy: list[at]?.remedy ?? sentence('asItIs', { text: '' }),
    }));
  return { ...report, problems: placed(report.problems), warnings: placed(report.warnings) };
}

const run = (command: string): Said => sentence('runCommand', { command });

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
    told.problem({ path, ...sentence('caNotThere', { target: target.name }), remedy: run(at + auto) });
    return;
  }
  if (ca.status !== 'ACTIVE')
    told.problem({
      path,
      ...sentence('caNotActive', { target: target.name }),
      remedy: run(at),
    });
  if (needed === 'active') {
    told.found(sentence('caFound', { status: ca.status, mode: ca.mode }));
    return;
  }
  if (!ca.autoRegistration)
    told.problem({
      path,
      ...sentence('caNotAuto', { target: target.name }),
      remedy: run(`birthmark cloud ca auto-on "${commonName}" --target ${target.name}`),
      source: page,
    });
  if (way === 'jitp' && ca.template === null)
    told.problem({
      path,
      ...sentence('caNoTemplate'),
      remedy: run(
        `birthmark cloud ca set-template "${commonName}" --target ${target.name} --template ${recipe.template ?? 'NAME'}`,
      ),
      source: page,
    });
  if (way === 'jitr' && ca.template !== null)
    told.problem({
      path,
      ...sentence('caHasTemplate'),
      remedy: sentence('orWayJitp', {
        command: `birthmark cloud ca remove-template "${commonName}" --target ${target.name}`,
      }),
      source: page,
    });
  if (way === 'jitp' && ca.template && recipe.template !== undefined && ca.template !== recipe.template)
    told.warning({
      path: 'template',
      ...sentence('caOtherTemplate', { there: ca.template, named: recipe.template }),
      remedy: sentence('sameTemplate'),
    });
  if (way === 'jitr') await lookAtJitr(cloud.account, target, told);
  const facts = { status: ca.status, mode: ca.mode };
  told.found(ca.autoRegistration ? sentence('caFoundAuto', facts) : sentence('caFoundNotAuto', facts));
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
    if (way !== 'jitp')
      told.problem({
        path,
        ...sentence('templateNotThere', { template: name, target: target.name }),
        remedy: run(push),
      });
    return kept?.text ?? undefined;
  }
  const type = kind === 'jitp' ? 'JITP' : 'FLEET_PROVISIONING';
  if (there.type !== type)
    told.problem({
      path,
      ...sentence('templateOtherType', { template: name, type: there.type, way, needed: type }),
      remedy: sentence('otherTemplateName'),
      source: 'AWS IoT API reference, CreateProvisioningTemplate',
    });
  if (!there.enabled)
    told.problem({
      path,
      ...sentence('templateDisabled', { template: name }),
      remedy: run(`aws iot update-provisioning-template --template-name ${name} --enabled`),
    });
  if (way === 'claim' && there.hook === undefined)
    told.warning({
      path,
      ...sentence('noHook', { template: name }),
      remedy: sentence('setHook'),
      source: 'AWS IoT developer guide, "Pre-provisioning hooks"',
    });
  if (kept?.text && !sameJson(kept.text, there.body))
    told.warning({
      path,
      ...sentence('templateDiffers', { template: name, there: there.version, kept: kept.version }),
      remedy: run(push),
    });
  const facts = { template: name, type: there.type, version: there.version };
  if (there.hook !== undefined) await lookAtHook(cloud.account, { target, hook: there.hook, path }, told);
  told.found(
    there.hook ? sentence('templateFoundHook', { ...facts, hook: there.hook }) : sentence('templateFound', facts),
  );
  return there.body;
}

/** The rights of the station; resolves to the account. */
async function askRights({ recipe, way, target, cloud }: Asked, told: Told): Promise<string | undefined> {
  const sealedEndpoint = recipe.config.endpoint;
  const said = await testTarget(cloud, { target, ways: [wayTraits[way].rights], sealedEndpoint });
  const missing = said.permissions.filter(({ verdict }) => verdict === 'missing').map(({ action }) => action);
  const others = said.problems.filter(({ path }) => !missing.includes(path));
  const test = `birthmark target test ${target.name} --way ${wayTraits[way].rights}`;
  for (const { path, message } of others)
    told.problem({
      path: 'provisioning.way',
      ...sentence('asItIs', { text: `${path}: ${message}` }),
      remedy: run(test),
    });
  if (missing.length > 0)
    told.problem({
      path: 'provisioning.way',
      ...sentence('rightsMissing', { actions: [...new Set(missing)].join(', '), target: target.name }),
      remedy: sentence('printsStatement', { command: test }),
    });
  // A device that is told none knows its own.
  if (said.endpoint && !said.endpoint.same && sealedEndpoint !== '')
    told.warning({
      path: 'config.endpoint',
      ...sentence('endpointDiffers', { sealed: said.endpoint.sealed, aws: said.endpoint.aws }),
      remedy: sentence('endpointOfRecipe', { aws: said.endpoint.aws }),
    });
  if (said.identity) told.found(sentence('asksAs', { arn: said.identity.arn }));
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
          ...sentence('policyNotThere', { policy: policy.name, target: target.name }),
          remedy: run(`birthmark policy push ${policy.name} --target ${target.name}`),
        });
      if (there) told.found(sentence('policyFound', { policy: policy.name, version: there.defaultVersionId }));
    }
  }
  if (texts.length === 0) {
    told.warning({
      path: 'provisioning.way',
      ...sentence('noPolicies', { target: target.name }),
      remedy: sentence('namePolicies'),
    });
    return;
  }
  for (const finding of refusalFindings(texts, { unit, target, accountId: account }))
    told.problem({
      ...finding,
      remedy: sentence('changePolicy'),
    });
}

function sameJson(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return one === other;
  }
}
