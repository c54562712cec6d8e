import { type Account, iotArn, nowSeconds, type ProvisioningTemplate } from '../account.ts';
import { iotError } from '../errors.ts';
import { keepClaim } from '../gateway/claim.ts';
import { readTemplate } from './grammar.ts';
import { createClaim } from './issuer.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { exists, find } from './records.ts';
import type { templateTable } from './table/templates.ts';
import { checkTags, tag } from './tags.ts';
import { parsePem } from './x509.ts';

/** AWS IoT Core quotas. */
const maxVersions = 5;
const maxTemplates = 256;

export const templateHandlers: Handlers<typeof templateTable> = {
  CreateProvisioningTemplate: (input, account) => {
    const { templateName: name, templateBody, description, type = 'FLEET_PROVISIONING' } = input;
    checkTags(input.tags);
    readTemplate(templateBody, type);
    checkHook(type, input.preProvisioningHook);
    const { templates } = account.state;
    const known = templates.get(name);
    if (known) throw exists(`Provisioning template ${name} already exists.`, name, known.arn);
    if (templates.size >= maxTemplates) {
      throw iotError('LimitExceededException', `An account can have ${maxTemplates} provisioning templates.`);
    }
    const now = nowSeconds(account);
    const template: ProvisioningTemplate = {
      name,
      arn: iotArn(account, `provisioningtemplate/${name}`),
      type,
      ...(description !== undefined && { description }),
      enabled: input.enabled ?? false,
      roleArn: input.provisioningRoleArn,
      ...(input.preProvisioningHook && { hook: input.preProvisioningHook }),
      versions: [{ id: 1, body: templateBody, createdAt: now }],
      defaultVersion: 1,
      next: 2,
      createdAt: now,
      modifiedAt: now,
    };
    templates.set(name, template);
    tag(account, template.arn, input.tags);
    account.changed();
    return { templateArn: template.arn, templateName: name, defaultVersionId: 1 };
  },

  UpdateProvisioningTemplate: (input, account) => {
    const template = find(account, 'templates', input.templateName);
    if (input.preProvisioningHook && input.removePreProvisioningHook) {
      throw iotError('InvalidRequestException', 'A hook cannot be set and removed at once.');
    }
    checkHook(template.type, input.preProvisioningHook);
    if (input.defaultVersionId !== undefined) template.defaultVersion = versionOf(template, input.defaultVersionId).id;
    if (input.description !== undefined) template.description = input.description;
    if (input.enabled !== undefined) template.enabled = input.enabled;
    if (input.provisioningRoleArn !== undefined) template.roleArn = input.provisioningRoleArn;
    if (input.preProvisioningHook) template.hook = input.preProvisioningHook;
    if (input.removePreProvisioningHook) delete template.hook;
    touched(account, template);
    return {};
  },

  DeleteProvisioningTemplate: ({ templateName }, account) => {
    const template = find(account, 'templates', templateName);
    const used = [...account.state.authorities.values()].some(
      ({ registrationConfig }) => registrationConfig?.templateName === templateName,
    );
    if (used) throw iotError('DeleteConflictException', `A CA certificate uses the template ${templateName}.`);
    account.state.templates.delete(templateName);
    account.state.tags.delete(template.arn);
    account.changed();
    return {};
  },

  DescribeProvisioningTemplate: ({ templateName }, account) => {
    const template = find(account, 'templates', templateName);
    return {
      ...shown(template),
      defaultVersionId: template.defaultVersion,
      templateBody: versionOf(template, template.defaultVersion).body,
      provisioningRoleArn: template.roleArn,
      preProvisioningHook: template.hook,
    };
  },

  ListProvisioningTemplates: (input, account) =>
    list(account, input, 'templates', {
      keys: account.state.templates.keys(),
      show: (name) => {
        const template = account.state.templates.get(name);
        return template && shown(template);
      },
    }),

  CreateProvisioningTemplateVersion: ({ templateName, templateBody, setAsDefault }, account) => {
    const template = find(account, 'templates', templateName);
    readTemplate(templateBody, template.type);
    if (template.versions.length >= maxVersions) {
      throw iotError('VersionsLimitExceededException', `A template can have ${maxVersions} versions.`);
    }
    const id = template.next;
    template.next += 1;
    template.versions.push({ id, body: templateBody, createdAt: nowSeconds(account) });
    if (setAsDefault) template.defaultVersion = id;
    touched(account, template);
    return {
      templateArn: template.arn,
      templateName,
      versionId: id,
      isDefaultVersion: template.defaultVersion === id,
    };
  },

  DeleteProvisioningTemplateVersion: ({ templateName, versionId }, account) => {
    const template = find(account, 'templates', templateName);
    const version = versionOf(template, versionId);
    if (version.id === template.defaultVersion) {
      throw iotError('DeleteConflictException', 'The default version cannot be deleted.');
    }
    template.versions = template.versions.filter((other) => other !== version);
    touched(account, template);
    return {};
  },

  DescribeProvisioningTemplateVersion: ({ templateName, versionId }, account) => {
    const template = find(account, 'templates', templateName);
    const { id, createdAt, body } = versionOf(template, versionId);
    return {
      versionId: id,
      creationDate: createdAt,
      templateBody: body,
      isDefaultVersion: id === template.defaultVersion,
    };
  },

  ListProvisioningTemplateVersions: (input, account) => {
    const template = find(account, 'templates', input.templateName);
    return list(account, input, 'versions', {
      keys: template.versions.map(({ id }) => String(id)),
      show: (key) => {
        const { id, createdAt } = versionOf(template, Number(key));
        return { versionId: id, creationDate: createdAt, isDefaultVersion: id === template.defaultVersion };
      },
    });
  },

  /** The certificate of a claim is in no list. */
  CreateProvisioningClaim: async ({ templateName }, account) => {
    const template = find(account, 'templates', templateName);
    if (template.type !== 'FLEET_PROVISIONING' || !template.enabled) {
      throw iotError('InvalidRequestException', `The template ${templateName} is not an enabled fleet template.`);
    }
    const { publicKey, privateKey, pem, expiration } = await createClaim(account);
    const { id, der } = parsePem(pem);
    const expiresAt = account.faults.outage() === 'claimsExpired' ? nowSeconds(account) : expiration;
    keepClaim(account, { certificateId: id, der, templateName, createdAt: nowSeconds(account), expiresAt });
    await account.saved();
    return {
      certificateId: id,
      certificatePem: pem,
      keyPair: { PublicKey: publicKey, PrivateKey: privateKey },
      expiration,
    };
  },
};

function versionOf(template: ProvisioningTemplate, id: number) {
  const version = template.versions.find((one) => one.id === id);
  if (!version) throw iotError('ResourceNotFoundException', `Template ${template.name} has no version ${id}.`);
  return version;
}

/** "Provisioning hooks … are only for fleet provisioning"; the target is a Lambda function. */
function checkHook(type: ProvisioningTemplate['type'], hook: { targetArn: string } | undefined): void {
  if (!hook) return;
  if (type === 'JITP') throw iotError('InvalidRequestException', 'A template of type JITP can have no hook.');
  if (!/^arn:[^:]+:lambda:[^:]+:\d{12}:function:.+$/.test(hook.targetArn)) {
    throw iotError('InvalidRequestException', 'The targetArn of a hook is the ARN of a Lambda function.');
  }
}

function touched(account: Account, template: ProvisioningTemplate): void {
  template.modifiedAt = nowSeconds(account);
  account.changed();
}

const shown = (template: ProvisioningTemplate) => ({
  templateArn: template.arn,
  templateName: template.name,
  description: template.description,
  creationDate: template.createdAt,
  lastModifiedDate: template.modifiedAt,
  enabled: template.enabled,
  type: template.type,
});
