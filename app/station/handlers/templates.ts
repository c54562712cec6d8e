import { StationError } from '../../contract/errors.ts';
import type { CheckedParams } from '../../contract/methods.ts';
import type { VersionsInAws } from '../../contract/policies.ts';
import type { RenderedTemplate } from '../../contract/templates.ts';
import { checkTemplate, renderTemplate, templateNeeds, templateStarters } from '../../iot/index.ts';
import { type Cloud, makeTemplateDefault, pushTemplate } from '../../registration/index.ts';
import { noTarget } from '../cloud/cloudlink.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { assertRemovable, hashOf, noVersion } from './versionsinaws.ts';

type Names = Extract<keyof Handlers, `templates.${string}`>;

/** The methods that need nothing of the station. */
export const templateAnswers = {
  'templates.preview': ({ text, form, parameters }: CheckedParams<'templates.preview'>) => {
    const rendered = orNothing(() => renderTemplate(text, parameters, form));
    return { report: checkTemplate(text, form), needs: templateNeeds(text), ...(rendered && { rendered }) };
  },
  'templates.starters': () => templateStarters(),
} satisfies Pick<Handlers, 'templates.preview' | 'templates.starters'>;

/** Methods about provisioning templates. */
export function templateHandlers({ ledger, cloudLink, allowLists }: StationParts): Pick<Handlers, Names> {
  const targetOf = (name?: string) => {
    const found = cloudLink.target(name);
    if (!found) throw noTarget(name, cloudLink.targets());
    return found;
  };
  return {
    ...templateAnswers,

    'templates.inAws': async ({ target }) => {
      const { templates } = await cloudLink.cloud(target);
      const kept = await ledger.documents('template');
      const rows = [];
      for (const name of await templates.listTemplates()) {
        const found = await templates.describeTemplate(name);
        if (!found) continue;
        const { body, ...facts } = found;
        const same = kept.findLast((one) => one.name === name && one.text === body);
        rows.push({ name, ...facts, kept: same?.version ?? null });
      }
      return rows;
    },

    'templates.push': async ({ name, target, roleArn, prune, hookArn }, { actor }) => {
      const latest = (await ledger.documents('template')).findLast((one) => one.name === name);
      if (!latest?.text || latest.hash === null)
        throw new StationError('document.notFound', `the station keeps no template ${name}`);
      if (latest.form === 'bulk' || !/^[0-9A-Za-z_-]{1,36}$/.test(name))
        throw new StationError('template.notPushed', `${name} is a template for ${latest.form}`);
      if (hookArn && latest.form === 'jitp')
        throw new StationError('call.badParams', 'a template of just-in-time provisioning has no hook');
      const to = targetOf(target);
      const type = latest.form === 'jitp' ? ('JITP' as const) : ('FLEET_PROVISIONING' as const);
      const pushed = await pushTemplate((await cloudLink.cloud(to.name)).templates, {
        ...{ name, type, prune, body: latest.text },
        roleArn: roleArn ?? to.roleArn,
        hookArn,
      });
      // It may have our hook now, which is told of claims.
      allowLists.wake();
      const data = { target: to.name, hash: latest.hash, ...pushed, ...(hookArn !== undefined && { hookArn }) };
      await ledger.audit({ entry: 'template.pushed', actor, subject: name, data });
      return pushed;
    },

    'templates.setDefault': async ({ name, version, target }, { actor }) => {
      const kept = (await ledger.documents('template')).find((one) => one.name === name && one.version === version);
      if (!kept?.text || kept.hash === null)
        throw new StationError('document.notFound', `the station keeps no version ${version} of the template ${name}`);
      const to = targetOf(target);
      const { templates } = await cloudLink.cloud(to.name);
      const made = { version: await makeTemplateDefault(templates, { name, body: kept.text }) };
      const data = { target: to.name, hash: kept.hash, ...made };
      await ledger.audit({ entry: 'template.defaultSet', actor, subject: name, data });
      return made;
    },

    'templates.describe': async ({ name, target }) =>
      (await describe((await cloudLink.cloud(targetOf(target).name)).templates, name)) ?? null,

    'templates.versionText': async ({ name, versionId, target }) => {
      const { templates } = await cloudLink.cloud(targetOf(target).name);
      return { text: await textOf(templates, name, versionId) };
    },

    'templates.setDefaultInAws': async ({ name, versionId, target }, { actor }) => {
      const to = targetOf(target);
      const { templates } = await cloudLink.cloud(to.name);
      const text = await textOf(templates, name, versionId);
      const version = Number(versionId);
      await templates.setDefaultVersion({ name, version });
      const data = { target: to.name, hash: hashOf(text), version };
      await ledger.audit({ entry: 'template.defaultSet', actor, subject: name, data });
      return {};
    },

    'templates.removeVersion': async ({ name, versionId, target }, { actor }) => {
      const to = targetOf(target);
      const { templates } = await cloudLink.cloud(to.name);
      const text = await textOf(templates, name, versionId);
      assertRemovable(await describe(templates, name), name, versionId);
      const version = Number(versionId);
      await templates.removeTemplateVersion({ name, version });
      const data = { target: to.name, hash: hashOf(text), version };
      await ledger.audit({ entry: 'template.versionRemoved', actor, subject: name, data });
      return {};
    },

    'templates.removeInAws': async ({ name, target }, { actor }) => {
      const to = targetOf(target);
      const { templates } = await cloudLink.cloud(to.name);
      if (!(await templates.removeTemplate(name)))
        throw new StationError('document.notFound', `${to.name} has no template ${name}`);
      await ledger.audit({ entry: 'template.removedInAws', actor, subject: name, data: { target: to.name } });
      return {};
    },
  };
}

type CloudTemplates = Cloud['templates'];

async function describe(templates: CloudTemplates, name: string): Promise<VersionsInAws | undefined> {
  const there = await templates.describeTemplate(name);
  if (!there) return undefined;
  const versions = await templates.listTemplateVersions(name);
  return {
    ...{ name, document: there.body, defaultVersionId: String(there.version) },
    versions: versions.map(({ version, ...facts }) => ({ versionId: String(version), ...facts })),
  };
}

async function textOf(templates: CloudTemplates, name: string, versionId: string): Promise<string> {
  const text = await templates.templateVersion({ name, version: Number(versionId) });
  if (text === undefined) throw noVersion(name, versionId);
  return text;
}

function orNothing(render: () => RenderedTemplate): RenderedTemplate | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof StationError) return undefined;
    throw error;
  }
}
