/** The types of the service model (iot/2015-05-28): lengths, patterns, values and members. */
import { flag, list, map, object, oneOf, structure, text, whole } from './shapes.ts';

export const anyText = text(0, Number.POSITIVE_INFINITY);
export const pageSize = whole(1, 250);
export const version = whole(0, Number.MAX_SAFE_INTEGER);
export const certificatePem = text(1, 65536);
export const templateBody = text(0, 10240);
export const roleArn = text(20, 2048);
export const templateName = text(1, 36, /^[0-9A-Za-z_-]+$/);
export const registrationConfig = structure({ templateBody, roleArn, templateName });
export const tagKey = text(1, 128, /^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u);
export const tagValue = text(0, 256);
export const tag = structure({ Key: tagKey, Value: tagValue }, ['Key']);
export const tagList = list(tag);
export const certificateMode = oneOf('DEFAULT', 'SNI_ONLY');
export const certificateId = text(64, 64, /^(0x)?[a-fA-F0-9]+$/);
export const caCertificateStatus = oneOf('ACTIVE', 'INACTIVE');
export const autoRegistrationStatus = oneOf('ENABLE', 'DISABLE');
export const marker = text(0, 1024, /^[A-Za-z0-9+/]+={0,2}$/);
export const certificateStatus = oneOf(
  'ACTIVE',
  'INACTIVE',
  'REVOKED',
  'PENDING_TRANSFER',
  'REGISTER_INACTIVE',
  'PENDING_ACTIVATION',
);
export const certificateSigningRequest = text(1, 4096);
export const policyName = text(1, 128, /^[\w+=,.@-]+$/);
export const policyDocument = text(0, 404600);
export const policyVersionId = text(0, Number.POSITIVE_INFINITY, /^[0-9]+$/);
export const actionType = oneOf('PUBLISH', 'SUBSCRIBE', 'RECEIVE', 'CONNECT');
export const resource = text(0, 2048);
export const resources = list(resource);
export const authInfo = structure({ actionType, resources }, ['resources']);
export const authInfos = list(authInfo, 1, 10);
export const policyNames = list(policyName);
export const thingName = text(1, 128, /^[a-zA-Z0-9:_-]+$/);
export const thingTypeName = text(1, 128, /^[a-zA-Z0-9:_-]+$/);
export const attributeName = text(0, 128, /^[a-zA-Z0-9_.,@/:#-]+$/);
export const attributeValue = text(0, 800, /^[a-zA-Z0-9_.,@/:#=[\]-]*$/);
export const attributes = map(attributeName, attributeValue);
export const attributePayload = structure({ attributes, merge: flag });
export const billingGroupName = text(1, 128, /^[a-zA-Z0-9:_-]+$/);
export const thingPrincipalType = oneOf('EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING');
export const parameter = text(0, 2048);
export const value = text(0, 4096);
export const parameters = map(parameter, value);
export const thingTypeDescription = text(0, 2028, /^[\x21-\x7e\x20]*$/);
export const searchableAttributes = list(attributeName);
export const userPropertyKeyName = text(0, 128, /^[a-zA-Z0-9:$.]+$/);
export const connectionAttributeName = text(0, 128, /^[a-zA-Z0-9:.]+$/);
export const propagatingAttribute = structure({
  userPropertyKey: userPropertyKeyName,
  thingAttribute: attributeName,
  connectionAttribute: connectionAttributeName,
});
export const propagatingAttributeList = list(propagatingAttribute);
export const mqtt5Configuration = structure({ propagatingAttributes: propagatingAttributeList });
export const thingTypeProperties = structure({ thingTypeDescription, searchableAttributes, mqtt5Configuration });
export const thingGroupName = text(1, 128, /^[a-zA-Z0-9:_-]+$/);
export const thingGroupDescription = text(0, 2028, /^[\x21-\x7e\x20]*$/);
export const thingGroupProperties = structure({ thingGroupDescription, attributePayload });
export const thingGroupList = list(thingGroupName);
export const billingGroupDescription = text(0, 2028, /^[\x21-\x7e\x20]*$/);
export const billingGroupProperties = structure({ billingGroupDescription });
export const tagKeyList = list(tagKey);
export const templateDescription = text(0, 500, /^[^\p{C}]*$/u);
export const payloadVersion = text(10, 32, /^[0-9-]+$/);
export const targetArn = text(0, 2048);
export const provisioningHook = structure({ payloadVersion, targetArn }, ['targetArn']);
export const templateType = oneOf('FLEET_PROVISIONING', 'JITP');
export const registryS3BucketName = text(3, 256, /^[a-zA-Z0-9._-]+$/);
export const registryS3KeyName = text(1, 1024, /^[a-zA-Z0-9!_.*'()-/]+$/);
export const taskId = text(0, 40);
export const status = oneOf('InProgress', 'Completed', 'Failed', 'Cancelled', 'Cancelling');
export const reportType = oneOf('ERRORS', 'RESULTS');
export const endpointType = text(0, 128);
export const ruleName = text(1, 128, /^[a-zA-Z0-9_]+$/);
export const actionList = list(object, 0, 10);
export const topicRulePayload = structure(
  {
    sql: anyText,
    description: anyText,
    actions: actionList,
    ruleDisabled: flag,
    awsIotSqlVersion: anyText,
    errorAction: object,
  },
  ['sql', 'actions'],
);
