/** Provisioning templates, their versions and claims: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, needBody, path, query, row, whole } from '../shapes.ts';
import {
  anyText,
  pageSize,
  provisioningHook,
  roleArn,
  tagList,
  templateBody,
  templateDescription,
  templateName,
  templateType,
} from '../types.ts';

export const templateTable = {
  CreateProvisioningTemplate: row(
    'POST /provisioning-templates',
    {
      templateName: needBody(templateName),
      description: body(templateDescription),
      templateBody: needBody(templateBody),
      enabled: body(flag),
      provisioningRoleArn: needBody(roleArn),
      preProvisioningHook: body(provisioningHook),
      tags: body(tagList),
      type: body(templateType),
    },
    { resource: 'provisioningtemplate/{templateName}', passes: 'provisioningRoleArn' },
  ),
  UpdateProvisioningTemplate: row(
    'PATCH /provisioning-templates/{templateName}',
    {
      templateName: path(templateName),
      description: body(templateDescription),
      enabled: body(flag),
      defaultVersionId: body(whole(0, 2147483647)),
      provisioningRoleArn: body(roleArn),
      preProvisioningHook: body(provisioningHook),
      removePreProvisioningHook: body(flag),
    },
    { resource: 'provisioningtemplate/{templateName}', passes: 'provisioningRoleArn' },
  ),
  DeleteProvisioningTemplate: row(
    'DELETE /provisioning-templates/{templateName}',
    { templateName: path(templateName) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
  DescribeProvisioningTemplate: row(
    'GET /provisioning-templates/{templateName}',
    { templateName: path(templateName) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
  ListProvisioningTemplates: row('GET /provisioning-templates', {
    maxResults: query(pageSize),
    nextToken: query(anyText),
  }),
  CreateProvisioningTemplateVersion: row(
    'POST /provisioning-templates/{templateName}/versions',
    { templateName: path(templateName), templateBody: needBody(templateBody), setAsDefault: query(flag) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
  DeleteProvisioningTemplateVersion: row(
    'DELETE /provisioning-templates/{templateName}/versions/{versionId}',
    { templateName: path(templateName), versionId: path(whole(0, 2147483647)) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
  DescribeProvisioningTemplateVersion: row(
    'GET /provisioning-templates/{templateName}/versions/{versionId}',
    { templateName: path(templateName), versionId: path(whole(0, 2147483647)) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
  ListProvisioningTemplateVersions: row(
    'GET /provisioning-templates/{templateName}/versions',
    { templateName: path(templateName), maxResults: query(pageSize), nextToken: query(anyText) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
  CreateProvisioningClaim: row(
    'POST /provisioning-templates/{templateName}/provisioning-claim',
    { templateName: path(templateName) },
    { resource: 'provisioningtemplate/{templateName}' },
  ),
};
