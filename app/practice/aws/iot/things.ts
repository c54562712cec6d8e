import { randomUUID } from 'node:crypto';
import { type Account, iotArn, type PrincipalType, type Thing } from '../account.ts';
import { iotError } from '../errors.ts';
import { page } from './pages.ts';
import {
  attributePayload,
  body,
  flag,
  label,
  needHeader,
  oneOf,
  operation,
  pageSize,
  query,
  text,
  thingName,
  whole,
} from './shapes.ts';

const principalType = oneOf('EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING');
const maxAttributes = { untyped: 3, typed: 50 };

export const thingOperations = {
  CreateThing: operation(
    'POST',
    '/things/{thingName}',
    { thingName: label(thingName), thingTypeName: body(thingName), attributePayload: body(attributePayload) },
    (input, account) => {
      const thing = createThing(
        account,
        input.thingName,
        input.thingTypeName,
        input.attributePayload?.attributes ?? {},
      );
      return { thingName: thing.name, thingArn: thing.arn, thingId: thing.id };
    },
  ),

  UpdateThing: operation(
    'PATCH',
    '/things/{thingName}',
    {
      thingName: label(thingName),
      thingTypeName: body(thingName),
      attributePayload: body(attributePayload),
      expectedVersion: body(whole(0, Number.MAX_SAFE_INTEGER)),
      removeThingType: body(flag),
    },
    (input, account) => {
      const thing = findThing(account, input.thingName);
      if (input.expectedVersion !== undefined && input.expectedVersion !== thing.version) {
        throw iotError('VersionConflictException', 'The expected version is not the current one.');
      }
      if (input.removeThingType && input.thingTypeName !== undefined) {
        throw iotError('InvalidRequestException', 'A thing type cannot be set and removed at once.');
      }
      const typeName = input.removeThingType ? undefined : (input.thingTypeName ?? thing.typeName);
      updateThing(account, thing, typeName, input.attributePayload);
      return {};
    },
  ),

  DescribeThing: operation('GET', '/things/{thingName}', { thingName: label(thingName) }, (input, account) => {
    const thing = findThing(account, input.thingName);
    return {
      defaultClientId: thing.name,
      thingName: thing.name,
      thingId: thing.id,
      thingArn: thing.arn,
      thingTypeName: thing.typeName,
      attributes: thing.attributes,
      version: thing.version,
    };
  }),

  AttachThingPrincipal: operation(
    'PUT',
    '/things/{thingName}/principals',
    {
      thingName: label(thingName),
      principal: needHeader(text(1, 2048), 'x-amzn-principal'),
      thingPrincipalType: query(principalType),
    },
    (input, account) => {
      attachPrincipal(account, findThing(account, input.thingName), input.principal, input.thingPrincipalType);
      return {};
    },
  ),

  ListThingPrincipalsV2: operation(
    'GET',
    '/things/{thingName}/principals-v2',
    {
      thingName: label(thingName),
      nextToken: query(text(1, 1024)),
      maxResults: query(pageSize),
      thingPrincipalType: query(principalType),
    },
    (input, account) => {
      const principals = findThing(account, input.thingName)
        .principals.filter(({ type }) => input.thingPrincipalType === undefined || type === input.thingPrincipalType)
        .map(({ principal, type }) => ({ principal, thingPrincipalType: type }));
      const { items, next } = page(principals, input.nextToken, input.maxResults);
      return { thingPrincipalObjects: items, nextToken: next };
    },
  ),
};

/**
 * The same name with the same configuration succeeds. With another configuration it is ResourceAlreadyExistsException.
 */
export function createThing(
  account: Account,
  name: string,
  typeName: string | undefined,
  attributes: Record<string, string>,
): Thing {
  const known = account.state.things.get(name);
  if (known) {
    if (known.typeName === typeName && sameAttributes(known.attributes, attributes)) return known;
    throw iotError('ResourceAlreadyExistsException', `Thing ${name} already exists with another configuration.`, {
      resourceId: known.id,
      resourceArn: known.arn,
    });
  }
  checkConfiguration(account, typeName, attributes);
  const thing: Thing = {
    name,
    arn: iotArn(account, `thing/${name}`),
    id: randomUUID(),
    ...(typeName !== undefined && { typeName }),
    attributes,
    version: 1,
    principals: [],
    groups: [],
  };
  account.state.things.set(name, thing);
  account.changed();
  return thing;
}

/** Attributes are replaced, or merged on request. An attribute set to the empty string is removed. */
export function updateThing(
  account: Account,
  thing: Thing,
  typeName: string | undefined,
  payload: { attributes?: Record<string, string>; merge?: boolean } | undefined,
): void {
  const merged = payload?.attributes
    ? { ...(payload.merge ? thing.attributes : {}), ...payload.attributes }
    : thing.attributes;
  const attributes = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
  checkConfiguration(account, typeName, attributes);
  delete thing.typeName;
  if (typeName !== undefined) thing.typeName = typeName;
  thing.attributes = attributes;
  thing.version += 1;
  account.changed();
}

export function findThing(account: Account, name: string): Thing {
  const thing = account.state.things.get(name);
  if (!thing) throw iotError('ResourceNotFoundException', `Thing ${name} does not exist.`);
  return thing;
}

export function attachPrincipal(
  account: Account,
  thing: Thing,
  principal: string,
  type: PrincipalType = 'NON_EXCLUSIVE_THING',
): void {
  const certificates = iotArn(account, 'cert/');
  if (!principal.startsWith(certificates)) {
    throw iotError('InvalidRequestException', 'The principal is not a certificate of this account.');
  }
  if (!account.state.certificates.has(principal.slice(certificates.length))) {
    throw iotError('ResourceNotFoundException', 'The principal does not exist.');
  }
  const others = [...account.state.things.values()].flatMap((other) =>
    other === thing ? [] : other.principals.filter((attached) => attached.principal === principal),
  );
  if (others.some((other) => other.type === 'EXCLUSIVE_THING') || (others.length > 0 && type === 'EXCLUSIVE_THING')) {
    throw iotError('InvalidRequestException', 'The principal is attached exclusively, or to another thing already.');
  }
  if (thing.principals.some((attached) => attached.principal === principal)) return;
  thing.principals.push({ principal, type });
  account.changed();
}

function checkConfiguration(account: Account, typeName: string | undefined, attributes: Record<string, string>): void {
  if (typeName !== undefined && !account.state.types.has(typeName)) {
    throw iotError('ResourceNotFoundException', `Thing type ${typeName} does not exist.`);
  }
  const max = typeName === undefined ? maxAttributes.untyped : maxAttributes.typed;
  if (Object.keys(attributes).length > max) {
    throw iotError(
      'InvalidRequestException',
      `A thing ${typeName ? 'with' : 'without'} a type can have ${max} attributes.`,
    );
  }
}

const sameAttributes = (a: Record<string, string>, b: Record<string, string>) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
