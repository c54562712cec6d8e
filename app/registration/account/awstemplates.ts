/** Provisioning templates in AWS: listed, put in place version by version, and removed. */
import type { IoTClient } from '@aws-sdk/client-iot';
import type { CloudTemplates } from '../cloud.ts';
import { required } from '../failure.ts';

type Options = { abortSignal?: AbortSignal };
type Run = <T>(operation: string, signal: AbortSignal | undefined, run: (options: Options) => Promise<T>) => Promise<T>;

type Tools = {
  sdk: typeof import('@aws-sdk/client-iot');
  iot: IoTClient;
  call: Run;
  /** As `call`, with undefined for ResourceNotFoundException. */
  find: <T>(
    operation: string,
    signal: AbortSignal | undefined,
    run: (options: Options) => Promise<T>,
  ) => Promise<T | undefined>;
};

const perPage = 250;
/** The one version of its payload ("ProvisioningHook", AWS IoT API reference). */
const hookOf = (targetArn: string) => ({ payloadVersion: '2020-04-01', targetArn });

export const templateCalls = ({ sdk, iot, call, find }: Tools): CloudTemplates => ({
  listTemplates: async (signal) => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const input = { maxResults: perPage, ...(nextToken !== undefined && { nextToken }) };
      const page = await call('ListProvisioningTemplates', signal, (options) =>
        iot.send(new sdk.ListProvisioningTemplatesCommand(input), options),
      );
      names.push(...(page.templates ?? []).flatMap(({ templateName }) => templateName ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  },

  describeTemplate: (templateName, signal) =>
    find('DescribeProvisioningTemplate', signal, async (options) => {
      const found = await iot.send(new sdk.DescribeProvisioningTemplateCommand({ templateName }), options);
      return {
        type: found.type ?? 'FLEET_PROVISIONING',
        enabled: found.enabled ?? false,
        version: required(found.defaultVersionId, 'DescribeProvisioningTemplate', 'defaultVersionId'),
        body: required(found.templateBody, 'DescribeProvisioningTemplate', 'templateBody'),
        ...(found.preProvisioningHook?.targetArn && { hook: found.preProvisioningHook.targetArn }),
      };
    }),

  createTemplate: ({ name, body, type, roleArn, hookArn }, signal) =>
    call('CreateProvisioningTemplate', signal, async (options) => {
      const input = {
        ...{ templateName: name, templateBody: body, type, provisioningRoleArn: roleArn, enabled: true },
        ...(hookArn !== undefined && { preProvisioningHook: hookOf(hookArn) }),
      };
      const made = await iot.send(new sdk.CreateProvisioningTemplateCommand(input), options);
      return required(made.defaultVersionId, 'CreateProvisioningTemplate', 'defaultVersionId');
    }),

  addTemplateVersion: ({ name, body }, signal) =>
    call('CreateProvisioningTemplateVersion', signal, async (options) => {
      const input = { templateName: name, templateBody: body, setAsDefault: true };
      const made = await iot.send(new sdk.CreateProvisioningTemplateVersionCommand(input), options);
      return required(made.versionId, 'CreateProvisioningTemplateVersion', 'versionId');
    }),

  listTemplateVersions: (templateName, signal) =>
    call('ListProvisioningTemplateVersions', signal, async (options) => {
      const input = { templateName, maxResults: perPage };
      const { versions = [] } = await iot.send(new sdk.ListProvisioningTemplateVersionsCommand(input), options);
      return versions.flatMap(({ versionId, isDefaultVersion = false, creationDate }) =>
        versionId === undefined
          ? []
          : [{ version: versionId, isDefault: isDefaultVersion, madeAt: creationDate?.toISOString() ?? null }],
      );
    }),

  templateVersion: ({ name, version }, signal) =>
    find('DescribeProvisioningTemplateVersion', signal, async (options) => {
      const input = { templateName: name, versionId: version };
      const found = await iot.send(new sdk.DescribeProvisioningTemplateVersionCommand(input), options);
      return required(found.templateBody, 'DescribeProvisioningTemplateVersion', 'templateBody');
    }),

  setDefaultVersion: ({ name, version }, signal) =>
    call('UpdateProvisioningTemplate', signal, async (options) => {
      const input = { templateName: name, defaultVersionId: version };
      await iot.send(new sdk.UpdateProvisioningTemplateCommand(input), options);
    }),

  setHook: ({ name, hookArn }, signal) =>
    call('UpdateProvisioningTemplate', signal, async (options) => {
      const change = hookArn === null ? { removePreProvisioningHook: true } : { preProvisioningHook: hookOf(hookArn) };
      await iot.send(new sdk.UpdateProvisioningTemplateCommand({ templateName: name, ...change }), options);
    }),

  removeTemplateVersion: ({ name, version }, signal) =>
    call('DeleteProvisioningTemplateVersion', signal, async (options) => {
      const input = { templateName: name, versionId: version };
      await iot.send(new sdk.DeleteProvisioningTemplateVersionCommand(input), options);
    }),

  removeTemplate: async (templateName, signal) => {
    const done = await find('DeleteProvisioningTemplate', signal, (options) =>
      iot.send(new sdk.DeleteProvisioningTemplateCommand({ templateName }), options),
    );
    return done !== undefined;
  },
});
