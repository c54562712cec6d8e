/** What the hook speaks, as OpenAPI 3.1, from the same schemas that check its requests. docs/hook.openapi.json is this. */
import { z } from 'zod';
import { hookChange, hookEvents, hookOrder, hookOrderView, hookProblem, orderState } from '../../app/contract/model.ts';

/** A new order or a change, without the number that stands in the path. */
export const hookPut = hookOrder.omit({ orderId: true }).partial().extend(hookChange.shape);
export const hookOrders = z.object({ orders: z.array(hookOrderView) });
export const eventQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  orderId: z.string().max(40).optional(),
});
export const orderQuery = z.strictObject({ state: orderState.optional() });
export const keyPattern = /^[\x21-\x7e]{1,128}$/;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'output') => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  return rest;
};
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (description: string, name: string) => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
});
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const body = (name: string) => ({ required: true, content: { 'application/json': { schema: ref(name) } } });
const usual = {
  '400': problem('The request is not JSON, or a name or a value in it is wrong or stands twice'),
  '401': problem('The token is missing or wrong'),
  '403': problem('The request came from a page in a browser'),
  '413': problem('The request is too large'),
  '421': problem('The Host header names another machine'),
  '500': problem('The station failed; its log says why'),
  '503': problem('The records cannot be written now; ask again'),
};
const withBody = { ...usual, '415': problem('The request is not sent as application/json') };
const inPath = { name: 'orderId', in: 'path', required: true, schema: { type: 'string' } };
const query = (name: string, schema: object, description: string) => ({ name, in: 'query', schema, description });

/** The description that GET /openapi.json serves. */
export const openApi = {
  openapi: '3.1.0',
  info: {
    title: 'Birthmark: orders in, results out',
    version: '1',
    description:
      'The hook of a provisioning station for an MES. Times are ISO 8601 UTC. Refusals are application/problem+json (RFC 9457) with the code of the station. Requests with an Origin header are refused: this is not for browsers.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  security: [{ token: [] }],
  paths: {
    '/v1/orders': {
      get: {
        operationId: 'listOrders',
        summary: 'All orders with their progress, the latest first',
        parameters: [query('state', { type: 'string', enum: orderState.options }, 'Only orders in this state')],
        responses: { '200': json('The orders', 'Orders'), ...usual },
      },
      post: {
        operationId: 'makeOrder',
        summary: 'Makes an order',
        parameters: [
          {
            name: 'Idempotency-Key',
            in: 'header',
            description: 'The same key with the same body makes one order, however often it is sent',
            schema: { type: 'string', minLength: 1, maxLength: 128 },
          },
        ],
        requestBody: body('NewOrder'),
        responses: {
          '200': json('The order that an earlier request with this key has made', 'Order'),
          '201': {
            ...json('The new order', 'Order'),
            headers: { Location: { schema: { type: 'string' }, description: 'The address of the order' } },
          },
          '409': problem('There is an order with this number'),
          '422': problem('The station would not make this order, or the key came with another body'),
          ...withBody,
        },
      },
    },
    '/v1/orders/{orderId}': {
      parameters: [inPath],
      get: {
        operationId: 'showOrder',
        summary: 'One order with its progress',
        responses: { '200': json('The order', 'Order'), '404': problem('There is no such order'), ...usual },
      },
      put: {
        operationId: 'putOrder',
        summary: 'Makes the order, or changes its quantity, its due time, its end or its state',
        requestBody: body('OrderTerms'),
        responses: {
          '200': json('The order as it is now', 'Order'),
          '201': json('The new order', 'Order'),
          '409': problem('The order is closed, or exists with other terms that cannot be changed'),
          '422': problem('The station would not take these terms'),
          ...withBody,
        },
      },
    },
    '/v1/events': {
      get: {
        operationId: 'listEvents',
        summary: 'Results of units and states of orders, the oldest first',
        parameters: [
          query('after', { type: 'integer', minimum: 0, default: 0 }, 'The `next` of the last answer'),
          query('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }, 'The most events to send'),
          query('orderId', { type: 'string' }, 'Only events of this order'),
        ],
        responses: { '200': json('The events', 'Events'), ...usual },
      },
    },
  },
  webhooks: {
    event: {
      post: {
        operationId: 'onEvent',
        summary: 'An event, sent at least once and in order',
        description:
          'Signed as Standard Webhooks says: webhook-signature is `v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, with the bytes of the secret after `whsec_`.',
        security: [],
        requestBody: body('Event'),
        responses: {
          '200': { description: 'The event was taken (any 2xx)' },
          '410': { description: 'No more events: the station pauses' },
        },
      },
    },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      NewOrder: schemaOf(hookOrder, 'input'),
      OrderTerms: schemaOf(hookPut, 'input'),
      Order: schemaOf(hookOrderView),
      Orders: schemaOf(hookOrders),
      Events: schemaOf(hookEvents),
      Event: {
        type: 'object',
        required: ['type', 'timestamp', 'data'],
        properties: { type: { type: 'string' }, timestamp: { type: 'string' }, data: { type: 'object' } },
      },
      Problem: schemaOf(hookProblem),
    },
  },
} as const;
