/** Things and their principals: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, needBody, needHeader, path, query, row } from '../shapes.ts';
import {
  anyText,
  attributeName,
  attributePayload,
  attributeValue,
  billingGroupName,
  pageSize,
  parameters,
  templateBody,
  thingName,
  thingPrincipalType,
  thingTypeName,
  version,
} from '../types.ts';

export const thingTable = {
  CreateThing: row(
    'POST /things/{thingName}',
    {
      thingName: path(thingName),
      thingTypeName: body(thingTypeName),
      attributePayload: body(attributePayload),
      billingGroupName: body(billingGroupName),
    },
    { resource: 'thing/{thingName}', rate: 100 },
  ),
  UpdateThing: row(
    'PATCH /things/{thingName}',
    {
      thingName: path(thingName),
      thingTypeName: body(thingTypeName),
      attributePayload: body(attributePayload),
      expectedVersion: body(version),
      removeThingType: body(flag),
    },
    { resource: 'thing/{thingName}', rate: 100 },
  ),
  DeleteThing: row(
    'DELETE /things/{thingName}',
    { thingName: path(thingName), expectedVersion: query(version) },
    { resource: 'thing/{thingName}', rate: 100 },
  ),
  DescribeThing: row(
    'GET /things/{thingName}',
    { thingName: path(thingName) },
    { resource: 'thing/{thingName}', rate: 350 },
  ),
  ListThings: row('GET /things', {
    nextToken: query(anyText),
    maxResults: query(pageSize),
    attributeName: query(attributeName),
    attributeValue: query(attributeValue),
    thingTypeName: query(thingTypeName),
    usePrefixAttributeValue: query(flag),
  }),
  AttachThingPrincipal: row(
    'PUT /things/{thingName}/principals',
    {
      thingName: path(thingName),
      principal: needHeader(anyText, 'x-amzn-principal'),
      thingPrincipalType: query(thingPrincipalType),
    },
    { rate: 100, partly: 'principals other than certificates' },
  ),
  DetachThingPrincipal: row(
    'DELETE /things/{thingName}/principals',
    { thingName: path(thingName), principal: needHeader(anyText, 'x-amzn-principal') },
    { rate: 100, partly: 'principals other than certificates' },
  ),
  ListThingPrincipals: row(
    'GET /things/{thingName}/principals',
    { nextToken: query(anyText), maxResults: query(pageSize), thingName: path(thingName) },
    { resource: 'thing/{thingName}' },
  ),
  ListThingPrincipalsV2: row(
    'GET /things/{thingName}/principals-v2',
    {
      nextToken: query(anyText),
      maxResults: query(pageSize),
      thingName: path(thingName),
      thingPrincipalType: query(thingPrincipalType),
    },
    { resource: 'thing/{thingName}' },
  ),
  ListPrincipalThings: row(
    'GET /principals/things',
    {
      nextToken: query(anyText),
      maxResults: query(pageSize),
      principal: needHeader(anyText, 'x-amzn-principal'),
    },
    { partly: 'principals other than certificates' },
  ),
  ListPrincipalThingsV2: row(
    'GET /principals/things-v2',
    {
      nextToken: query(anyText),
      maxResults: query(pageSize),
      principal: needHeader(anyText, 'x-amzn-principal'),
      thingPrincipalType: query(thingPrincipalType),
    },
    { partly: 'principals other than certificates' },
  ),
  RegisterThing: row(
    'POST /things',
    { templateBody: needBody(templateBody), parameters: body(parameters) },
    { partly: 'PackageVersions' },
  ),
};
