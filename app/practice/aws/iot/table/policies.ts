/** Policies, their versions and attachments: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, needBody, needHeader, path, query, row } from '../shapes.ts';
import {
  anyText,
  authInfos,
  marker,
  pageSize,
  policyDocument,
  policyName,
  policyNames,
  policyVersionId,
  tagList,
  thingName,
} from '../types.ts';

export const policyTable = {
  CreatePolicy: row(
    'POST /policies/{policyName}',
    { policyName: path(policyName), policyDocument: needBody(policyDocument), tags: body(tagList) },
    { resource: 'policy/{policyName}' },
  ),
  DeletePolicy: row(
    'DELETE /policies/{policyName}',
    { policyName: path(policyName) },
    { resource: 'policy/{policyName}' },
  ),
  GetPolicy: row('GET /policies/{policyName}', { policyName: path(policyName) }, { resource: 'policy/{policyName}' }),
  ListPolicies: row('GET /policies', {
    marker: query(marker),
    pageSize: query(pageSize),
    ascendingOrder: query(flag, 'isAscendingOrder'),
  }),
  CreatePolicyVersion: row(
    'POST /policies/{policyName}/version',
    { policyName: path(policyName), policyDocument: needBody(policyDocument), setAsDefault: query(flag) },
    { resource: 'policy/{policyName}' },
  ),
  DeletePolicyVersion: row(
    'DELETE /policies/{policyName}/version/{policyVersionId}',
    { policyName: path(policyName), policyVersionId: path(policyVersionId) },
    { resource: 'policy/{policyName}' },
  ),
  GetPolicyVersion: row(
    'GET /policies/{policyName}/version/{policyVersionId}',
    { policyName: path(policyName), policyVersionId: path(policyVersionId) },
    { resource: 'policy/{policyName}' },
  ),
  ListPolicyVersions: row(
    'GET /policies/{policyName}/version',
    { policyName: path(policyName) },
    { resource: 'policy/{policyName}' },
  ),
  SetDefaultPolicyVersion: row(
    'PATCH /policies/{policyName}/version/{policyVersionId}',
    { policyName: path(policyName), policyVersionId: path(policyVersionId) },
    { resource: 'policy/{policyName}' },
  ),
  AttachPolicy: row(
    'PUT /target-policies/{policyName}',
    { policyName: path(policyName), target: needBody(anyText) },
    { resource: '{target}', rate: 15, partly: 'identities of Cognito' },
  ),
  DetachPolicy: row(
    'POST /target-policies/{policyName}',
    { policyName: path(policyName), target: needBody(anyText) },
    { resource: '{target}', rate: 15, partly: 'identities of Cognito' },
  ),
  ListAttachedPolicies: row(
    'POST /attached-policies/{target}',
    { target: path(anyText), recursive: query(flag), marker: query(marker), pageSize: query(pageSize) },
    { resource: '{target}', rate: 15, partly: 'identities of Cognito' },
  ),
  ListTargetsForPolicy: row(
    'POST /policy-targets/{policyName}',
    { policyName: path(policyName), marker: query(marker), pageSize: query(pageSize) },
    { resource: 'policy/{policyName}' },
  ),
  AttachPrincipalPolicy: row(
    'PUT /principal-policies/{policyName}',
    { policyName: path(policyName), principal: needHeader(anyText, 'x-amzn-iot-principal') },
    { resource: '{principal}', partly: 'identities of Cognito' },
  ),
  DetachPrincipalPolicy: row(
    'DELETE /principal-policies/{policyName}',
    { policyName: path(policyName), principal: needHeader(anyText, 'x-amzn-iot-principal') },
    { resource: '{principal}', partly: 'identities of Cognito' },
  ),
  ListPrincipalPolicies: row(
    'GET /principal-policies',
    {
      principal: needHeader(anyText, 'x-amzn-iot-principal'),
      marker: query(marker),
      pageSize: query(pageSize),
      ascendingOrder: query(flag, 'isAscendingOrder'),
    },
    { partly: 'identities of Cognito' },
  ),
  ListPolicyPrincipals: row('GET /policy-principals', {
    policyName: needHeader(policyName, 'x-amzn-iot-policy'),
    marker: query(marker),
    pageSize: query(pageSize),
    ascendingOrder: query(flag, 'isAscendingOrder'),
  }),
  TestAuthorization: row(
    'POST /test-authorization',
    {
      principal: body(anyText),
      cognitoIdentityPoolId: body(anyText),
      authInfos: needBody(authInfos),
      clientId: query(anyText),
      policyNamesToAdd: body(policyNames),
      policyNamesToSkip: body(policyNames),
    },
    { resource: '{principal}', partly: 'identity pools of Cognito' },
  ),
  GetEffectivePolicies: row(
    'POST /effective-policies',
    { principal: body(anyText), cognitoIdentityPoolId: body(anyText), thingName: query(thingName) },
    { resource: '{principal}', rate: 5, partly: 'identity pools of Cognito' },
  ),
};
