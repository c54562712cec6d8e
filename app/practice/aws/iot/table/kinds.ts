/** Thing types: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, path, query, row } from '../shapes.ts';
import { anyText, pageSize, tagList, thingTypeName, thingTypeProperties } from '../types.ts';

export const kindTable = {
  CreateThingType: row(
    'POST /thing-types/{thingTypeName}',
    { thingTypeName: path(thingTypeName), thingTypeProperties: body(thingTypeProperties), tags: body(tagList) },
    { resource: 'thingtype/{thingTypeName}', rate: 15 },
  ),
  UpdateThingType: row(
    'PATCH /thing-types/{thingTypeName}',
    { thingTypeName: path(thingTypeName), thingTypeProperties: body(thingTypeProperties) },
    { resource: 'thingtype/{thingTypeName}', rate: 15 },
  ),
  DeprecateThingType: row(
    'POST /thing-types/{thingTypeName}/deprecate',
    { thingTypeName: path(thingTypeName), undoDeprecate: body(flag) },
    { resource: 'thingtype/{thingTypeName}', rate: 15 },
  ),
  DeleteThingType: row(
    'DELETE /thing-types/{thingTypeName}',
    { thingTypeName: path(thingTypeName) },
    { resource: 'thingtype/{thingTypeName}', rate: 15 },
  ),
  DescribeThingType: row(
    'GET /thing-types/{thingTypeName}',
    { thingTypeName: path(thingTypeName) },
    { resource: 'thingtype/{thingTypeName}' },
  ),
  ListThingTypes: row('GET /thing-types', {
    nextToken: query(anyText),
    maxResults: query(pageSize),
    thingTypeName: query(thingTypeName),
  }),
};
