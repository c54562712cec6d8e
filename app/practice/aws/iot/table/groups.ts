/** Static thing groups: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, needBody, path, query, row } from '../shapes.ts';
import {
  anyText,
  pageSize,
  tagList,
  thingGroupList,
  thingGroupName,
  thingGroupProperties,
  thingName,
  version,
} from '../types.ts';

export const groupTable = {
  CreateThingGroup: row(
    'POST /thing-groups/{thingGroupName}',
    {
      thingGroupName: path(thingGroupName),
      parentGroupName: body(thingGroupName),
      thingGroupProperties: body(thingGroupProperties),
      tags: body(tagList),
    },
    { resource: 'thinggroup/{thingGroupName}', rate: 25 },
  ),
  UpdateThingGroup: row(
    'PATCH /thing-groups/{thingGroupName}',
    {
      thingGroupName: path(thingGroupName),
      thingGroupProperties: needBody(thingGroupProperties),
      expectedVersion: body(version),
    },
    { resource: 'thinggroup/{thingGroupName}' },
  ),
  DeleteThingGroup: row(
    'DELETE /thing-groups/{thingGroupName}',
    { thingGroupName: path(thingGroupName), expectedVersion: query(version) },
    { resource: 'thinggroup/{thingGroupName}' },
  ),
  DescribeThingGroup: row(
    'GET /thing-groups/{thingGroupName}',
    { thingGroupName: path(thingGroupName) },
    { resource: 'thinggroup/{thingGroupName}' },
  ),
  ListThingGroups: row('GET /thing-groups', {
    nextToken: query(anyText),
    maxResults: query(pageSize),
    parentGroup: query(thingGroupName),
    namePrefixFilter: query(thingGroupName),
    recursive: query(flag),
  }),
  AddThingToThingGroup: row(
    'PUT /thing-groups/addThingToThingGroup',
    {
      thingGroupName: body(thingGroupName),
      thingGroupArn: body(anyText),
      thingName: body(thingName),
      thingArn: body(anyText),
      overrideDynamicGroups: body(flag),
    },
    { resource: 'thing/{thingName} thinggroup/{thingGroupName}', rate: 100 },
  ),
  RemoveThingFromThingGroup: row(
    'PUT /thing-groups/removeThingFromThingGroup',
    {
      thingGroupName: body(thingGroupName),
      thingGroupArn: body(anyText),
      thingName: body(thingName),
      thingArn: body(anyText),
    },
    { resource: 'thing/{thingName} thinggroup/{thingGroupName}', rate: 100 },
  ),
  ListThingsInThingGroup: row(
    'GET /thing-groups/{thingGroupName}/things',
    {
      thingGroupName: path(thingGroupName),
      recursive: query(flag),
      nextToken: query(anyText),
      maxResults: query(pageSize),
    },
    { resource: 'thinggroup/{thingGroupName}' },
  ),
  ListThingGroupsForThing: row(
    'GET /things/{thingName}/thing-groups',
    { thingName: path(thingName), nextToken: query(anyText), maxResults: query(pageSize) },
    { resource: 'thing/{thingName}' },
  ),
  UpdateThingGroupsForThing: row(
    'PUT /thing-groups/updateThingGroupsForThing',
    {
      thingName: body(thingName),
      thingGroupsToAdd: body(thingGroupList),
      thingGroupsToRemove: body(thingGroupList),
      overrideDynamicGroups: body(flag),
    },
    { resource: 'thing/{thingName}', rate: 100 },
  ),
};
