/** Billing groups: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, needBody, path, query, row } from '../shapes.ts';
import { anyText, billingGroupName, billingGroupProperties, pageSize, tagList, thingName, version } from '../types.ts';

export const billingTable = {
  CreateBillingGroup: row(
    'POST /billing-groups/{billingGroupName}',
    {
      billingGroupName: path(billingGroupName),
      billingGroupProperties: body(billingGroupProperties),
      tags: body(tagList),
    },
    { resource: 'billinggroup/{billingGroupName}', rate: 25 },
  ),
  UpdateBillingGroup: row(
    'PATCH /billing-groups/{billingGroupName}',
    {
      billingGroupName: path(billingGroupName),
      billingGroupProperties: needBody(billingGroupProperties),
      expectedVersion: body(version),
    },
    { resource: 'billinggroup/{billingGroupName}' },
  ),
  DeleteBillingGroup: row(
    'DELETE /billing-groups/{billingGroupName}',
    { billingGroupName: path(billingGroupName), expectedVersion: query(version) },
    { resource: 'billinggroup/{billingGroupName}' },
  ),
  DescribeBillingGroup: row(
    'GET /billing-groups/{billingGroupName}',
    { billingGroupName: path(billingGroupName) },
    { resource: 'billinggroup/{billingGroupName}' },
  ),
  ListBillingGroups: row('GET /billing-groups', {
    nextToken: query(anyText),
    maxResults: query(pageSize),
    namePrefixFilter: query(billingGroupName),
  }),
  AddThingToBillingGroup: row(
    'PUT /billing-groups/addThingToBillingGroup',
    {
      billingGroupName: body(billingGroupName),
      billingGroupArn: body(anyText),
      thingName: body(thingName),
      thingArn: body(anyText),
    },
    { resource: 'billinggroup/{billingGroupName} thing/{thingName}', rate: 60 },
  ),
  RemoveThingFromBillingGroup: row(
    'PUT /billing-groups/removeThingFromBillingGroup',
    {
      billingGroupName: body(billingGroupName),
      billingGroupArn: body(anyText),
      thingName: body(thingName),
      thingArn: body(anyText),
    },
    { resource: 'billinggroup/{billingGroupName} thing/{thingName}', rate: 60 },
  ),
  ListThingsInBillingGroup: row(
    'GET /billing-groups/{billingGroupName}/things',
    { billingGroupName: path(billingGroupName), nextToken: query(anyText), maxResults: query(pageSize) },
    { resource: 'billinggroup/{billingGroupName}' },
  ),
};
