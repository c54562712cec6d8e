/** Finds what is wrong with the way of a recipe, by what this station keeps: no network is asked. */
import type { CloudTarget, RecipeFile, RecipeFinding } from '../../contract/model.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import { type RecipeWay, targetsOf, wayOf, wayTraits } from '../../contract/ways.ts';
import { deviceRefusals, renderTemplate } from '../../iot/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ProfileSet } from './profiles.ts';
import { jitpParameters, policySubject, type SampleUnit, sampleUnit } from './sampleunit.ts';

export type WayTools = {
  ledger: Pick<Ledger, 'documents'>;
  profiles: ProfileSet;
  targets: () => readonly CloudTarget[];
};

export type WayFindings = { problems: RecipeFinding[]; warnings: RecipeFinding[] };

const guide = (page: string) => `AWS IoT developer guide, "${page}"`;

/** What contradicts itself, or names a target that this station does not have. */
export function wayProblems(recipe: RecipeFile, targets: readonly CloudTarget[]): RecipeFinding[] {
  const way = wayOf(recipe);
  if (way === null) return [];
  return [...targetProblems(recipe, way, targets), ...issuerProblems(recipe, way)];
}

/** What the documents that this station keeps say about the way; none for a recipe that leaves the way to its orders. */
export async function wayFindings(recipe: RecipeFile, tools: WayTools): Promise<WayFindings> {
  const way = wayOf(recipe);
  if (way === null) return { problems: [], warnings: [] };
  const kept = await keptDocuments(tools);
  const problems: RecipeFinding[] = [];
  const warnings: RecipeFinding[] = [];
  const named = nameOfTemplate(recipe);
  const template = named && kept.template(named.name);
  if (template && template.form !== wayTraits[way].template) {
    const takes = wayTraits[way].template;
    const said = takes
      ? sentence('otherKind', { template: named.name, form: template.form, way, takes })
      : sentence('noTemplateWay', { way });
    problems.push({ path: named.path, ...said });
  } else if (!template && wayTraits[way].templateInAws) {
    warnings.push(notKept(way, named));
  }
  const unit = sampleUnit(recipe, tools.profiles);
  const made = template?.form === wayTraits[way].template ? rendered(template.text, way, unit) : undefined;
  if (way === 'jitp' && made && unit.subject.length > 0) {
    const found = thingProblems(made, unit, named?.path ?? 'template');
    problems.push(...found.problems);
    warnings.push(...found.warnings);
  }
  warnings.push(...policyFindings(recipe, { way, unit, made, kept, targets: tools.targets() }));
  return { problems, warnings };
}

/** The template that makes the units, where the recipe names one. */
export function nameOfTemplate({ template, provisioning }: RecipeFile): { name: string; path: string } | undefined {
  if (provisioning && 'template' in provisioning) return { name: provisioning.template, path: 'provisioning.template' };
  return template === undefined ? undefined : { name: template, path: 'template' };
}

/** That there is no such target, and which ones there are. */
export const noTargetSaid = (target: string, known: readonly string[]): Said =>
  known.length === 0 ? sentence('noTargets', { target }) : sentence('noTarget', { target, targets: known.join(', ') });

function targetProblems(recipe: RecipeFile, way: RecipeWay, targets: readonly CloudTarget[]): RecipeFinding[] {
  const known = targets.map(({ name }) => name);
  const named = targetsOf(recipe);
  const missing = named
    .filter(({ name, path }) => path !== 'issuer.aws' && !known.includes(name))
    .map(({ name, path }) => ({
      path,
      ...noTargetSaid(name, known),
    }));
  const twice = named.filter(({ name, path }, at) =>
    named.slice(0, at).some((one) => one.name === name && one.path.startsWith('provisioning') && path !== 'issuer.aws'),
  );
  const others = way === 'awsIssued' ? named.filter(({ name }) => name !== recipe.issuer?.aws) : [];
  const many = !wayTraits[way].several && way !== 'awsIssued' ? named.slice(1) : [];
  return [
    ...missing,
    ...twice.map(({ name, path }) => ({ path, ...sentence('targetTwice', { target: name }) })),
    ...others.map(({ name, path }) => ({
      path,
      ...sentence('onlyIssuersAccount', { issuer: recipe.issuer?.aws ?? '', target: name }),
      source: 'AWS IoT API reference, CreateCertificateFromCsr',
    })),
    ...many.map(({ path }) => ({
      path,
      ...sentence('oneAccount', { way }),
      source: guide(
        way === 'jitp' ? 'Just-in-time provisioning' : 'Register a client certificate when the client connects',
      ),
    })),
  ];
}

/** A way whose certificate comes from elsewhere. */
function issuerProblems({ issuer, provisioning }: RecipeFile, way: RecipeWay): RecipeFinding[] {
  const at = (said: Said) => [{ path: 'provisioning.way', ...said }];
  if (!issuer || !provisioning || way !== 'awsIssued') return [];
  if (provisioning.way === 'bulk') return at(sentence('bulkOfAws'));
  if (provisioning.way === 'jitp' || provisioning.way === 'jitr')
    return at(sentence('wayOfOwnCa', { way: provisioning.way }));
  if (provisioning.way === 'claim' || provisioning.way === 'trustedUser')
    return at(sentence('wayGetsIts', { way: provisioning.way }));
  return [];
}

function notKept(way: RecipeWay, named: { name: string; path: string } | undefined): RecipeFinding {
  const path = named?.path ?? 'provisioning.way';
  if (!named)
    return {
      path,
      ...sentence('nameTemplate'),
      source: guide('Just-in-time provisioning'),
    };
  return {
    path,
    ...sentence('templateOnlyInAws', { template: named.name, way }),
    source: guide('Provisioning templates'),
  };
}

type Rendered = ReturnType<typeof renderTemplate>;

function rendered(text: string, way: RecipeWay, unit: SampleUnit): Rendered | undefined {
  if (way === 'jitp') return renderTemplate(text, jitpParameters(unit), 'jitp');
  const ofBatch = { ThingName: unit.thingName, SerialNumber: 'SN-000123' };
  return renderTemplate(text, ofBatch, wayTraits[way].template ?? 'bulk');
}

/** AWS IoT API reference, `thingName`. */
const thingNamePattern = /^[a-zA-Z0-9:_-]{1,128}$/;

/** A thing name that AWS refuses, or that the device does not know itself by. */
function thingProblems({ resources }: Rendered, unit: SampleUnit, path: string): WayFindings {
  const problems: RecipeFinding[] = [];
  const warnings: RecipeFinding[] = [];
  for (const { Type, Properties } of Object.values(resources)) {
    const name = Properties.ThingName;
    if (Type !== 'AWS::IoT::Thing' || typeof name !== 'string') continue;
    if (!thingNamePattern.test(name))
      problems.push({
        path,
        ...sentence('badThingName', { name }),
        source: 'AWS IoT API reference, CreateThing',
      });
    else if (name !== unit.thingName)
      warnings.push({
        path: 'config.thingName',
        ...sentence('otherThingName', { name, own: unit.thingName }),
        source: guide('Thing policy variables'),
      });
  }
  return { problems, warnings };
}

type Kept = Awaited<ReturnType<typeof keptDocuments>>;

async function keptDocuments({ ledger }: WayTools) {
  const [templates, policies] = await Promise.all([ledger.documents('template'), ledger.documents('policy')]);
  const latest = (list: typeof templates, name: string) => {
    const found = list.findLast((one) => one.name === name);
    return found?.text ? { form: found.form, text: found.text } : undefined;
  };
  return {
    template: (name: string) => latest(templates, name),
    policy: (name: string) => latest(policies, name)?.text,
  };
}

type Policies = {
  way: RecipeWay;
  unit: SampleUnit;
  made: Rendered | undefined;
  kept: Kept;
  targets: readonly CloudTarget[];
};

/** Topics that no policy allows, where the station keeps all policies of the unit. What it does not keep, AWS is asked. */
function policyFindings(recipe: RecipeFile, { way, unit, made, kept, targets }: Policies): RecipeFinding[] {
  return targetsOf(recipe).flatMap(({ name }) => {
    const target = targets.find((one) => one.name === name);
    if (!target) return [];
    const texts = policiesOf(way, target, made).map((one) => ('text' in one ? one.text : kept.policy(one.name)));
    if (texts.length === 0 || texts.includes(undefined)) return [];
    return refusalFindings(
      texts.filter((text) => text !== undefined),
      { unit, target, accountId: target.accountId },
    );
  });
}

export type UnitPolicy = { name: string } | { text: string };

/** The policies that a unit gets: those of its template, or those of the target where there is none. */
export function policiesOf(way: RecipeWay, target: CloudTarget, made: Rendered | undefined): UnitPolicy[] {
  const ofTarget = target.policyNames.map((name) => ({ name }));
  if (wayTraits[way].template === null || !made) return wayTraits[way].templateInAws ? [] : ofTarget;
  return Object.values(made.resources).flatMap(({ Type, Properties }): UnitPolicy[] => {
    if (Type !== 'AWS::IoT::Policy') return [];
    const { PolicyName, PolicyDocument } = Properties;
    if (PolicyDocument !== undefined)
      return [{ text: typeof PolicyDocument === 'string' ? PolicyDocument : JSON.stringify(PolicyDocument) }];
    return typeof PolicyName === 'string' ? [{ name: PolicyName }] : [];
  });
}

type Judged = { unit: SampleUnit; target: CloudTarget; accountId?: string | undefined };

/** One finding for each act of the device that the policies refuse. */
export function refusalFindings(texts: readonly string[], { unit, target, accountId }: Judged): RecipeFinding[] {
  const partition = target.roleArn.split(':')[1] ?? 'aws';
  const account = accountId ?? target.roleArn.split(':')[4] ?? '';
  const device = {
    arn: `arn:${partition}:iot:${target.region}:${account}`,
    thingName: unit.thingName,
    topics: unit.topics,
    subject: policySubject(unit),
  };
  return deviceRefusals(texts, device).map(({ action, resource, list, at }) => ({
    path: list === undefined ? 'config.thingName' : `config.topics.${list}[${at}]`,
    ...sentence('topicRefused', { target: target.name, action, resource }),
    source: guide('AWS IoT Core policies'),
  }));
}
