import { randomUUID } from 'node:crypto';
import { type Account, iotArn, nowSeconds, type ThingType } from '../account.ts';
import { iotError } from '../errors.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { find, isSameJson, sameOrNone } from './records.ts';
import type { kindTable } from './table/kinds.ts';
import { checkTags, tag } from './tags.ts';

/** A type can be deleted five minutes after it was deprecated ("Delete a thing type", AWS IoT developer guide). */
const deletableAfterSeconds = 300;

/** "Maximum: 3" (AWS::IoT::ThingType ThingTypeProperties, CloudFormation user guide). */
const mostSearchable = 3;

function checkSearchable({
  searchableAttributes = [],
}: {
  searchableAttributes?: readonly string[] | undefined;
}): void {
  if (searchableAttributes.length <= mostSearchable) return;
  throw iotError('InvalidRequestException', `A thing type has at most ${mostSearchable} searchable attributes.`);
}

export const kindHandlers: Handlers<typeof kindTable> = {
  CreateThingType: ({ thingTypeName, thingTypeProperties, tags }, account) => {
    checkTags(tags);
    const properties = thingTypeProperties ?? {};
    checkSearchable(properties);
    const known = sameOrNone(account, 'types', thingTypeName, (type) => isSameJson(type.properties, properties));
    const type: ThingType = known ?? {
      name: thingTypeName,
      arn: iotArn(account, `thingtype/${thingTypeName}`),
      id: randomUUID(),
      properties,
      createdAt: nowSeconds(account),
    };
    account.state.types.set(type.name, type);
    tag(account, type.arn, tags);
    account.changed();
    return { thingTypeName: type.name, thingTypeArn: type.arn, thingTypeId: type.id };
  },

  UpdateThingType: ({ thingTypeName, thingTypeProperties }, account) => {
    const type = find(account, 'types', thingTypeName);
    checkSearchable(thingTypeProperties ?? {});
    type.properties = { ...type.properties, ...thingTypeProperties };
    account.changed();
    return {};
  },

  DeprecateThingType: ({ thingTypeName, undoDeprecate }, account) => {
    const type = find(account, 'types', thingTypeName);
    if (undoDeprecate) delete type.deprecatedAt;
    else type.deprecatedAt ??= nowSeconds(account);
    account.changed();
    return {};
  },

  DeleteThingType: ({ thingTypeName }, account) => {
    const type = find(account, 'types', thingTypeName);
    if (type.deprecatedAt === undefined || nowSeconds(account) < type.deprecatedAt + deletableAfterSeconds) {
      throw iotError('InvalidRequestException', 'A thing type can be deleted five minutes after it was deprecated.');
    }
    if (account.links.typeMembers.get(thingTypeName).size > 0) {
      throw iotError('InvalidRequestException', `There are things of type ${thingTypeName}.`);
    }
    account.state.types.delete(thingTypeName);
    account.state.tags.delete(type.arn);
    account.changed();
    return {};
  },

  DescribeThingType: ({ thingTypeName }, account) => {
    const type = find(account, 'types', thingTypeName);
    return { ...shown(type), thingTypeId: type.id };
  },

  ListThingTypes: (input, account) =>
    list(account, input, 'thingTypes', {
      keys: account.state.types.keys(),
      show: (name) => {
        const type = account.state.types.get(name);
        return type && (input.thingTypeName ?? name) === name ? shown(type) : undefined;
      },
    }),
};

/** @throws ServiceError ResourceNotFoundException · InvalidRequestException – no new thing gets a deprecated type */
export function usableType(account: Account, name: string): ThingType {
  const type = find(account, 'types', name);
  if (type.deprecatedAt !== undefined) {
    throw iotError('InvalidRequestException', `Thing type ${name} is deprecated.`);
  }
  return type;
}

const shown = (type: ThingType) => ({
  thingTypeName: type.name,
  thingTypeArn: type.arn,
  thingTypeProperties: type.properties,
  thingTypeMetadata: {
    deprecated: type.deprecatedAt !== undefined,
    deprecationDate: type.deprecatedAt,
    creationDate: type.createdAt,
  },
});
