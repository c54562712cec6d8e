/** Methods about first connections. */
import { z } from 'zod';
import * as c from './firstconnections.ts';
import { desk, done, type MethodSpec, method, none } from './method.ts';

export const connectionMethods = {
  'connections.snapshot': method(none, c.connectionsSnapshot, desk, false),
  /** Units in the order of their serials. @throws `order.notFound` */
  'connections.list': method(
    c.connectionFilter.extend({
      offset: z.int().min(0).default(0),
      /** In place of `offset`: the page after this row. It costs the same however far it is. */
      after: z.strictObject({ unitSerial: z.string(), target: z.string() }).optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    z.object({ total: z.int(), rows: z.array(c.firstConnection) }),
    desk,
    false,
  ),
  /** @throws `unit.notFound` */
  'connections.show': method(
    z.strictObject({ unitSerial: z.string().max(128) }),
    z.array(c.firstConnection),
    desk,
    false,
  ),
  /**
   * Asks AWS about each unit that has not connected, in the background and within the rates of the account. Progress comes
   * by `connections.changed`.
   *
   * @throws `call.badParams` – a check is running; `cloud.noTarget`, `cloud.notConfigured`, `order.notFound`
   */
  'connections.check': method(
    z.strictObject({ orderId: z.string().optional(), target: z.string().optional() }),
    done,
    desk,
    false,
  ),
  'connections.stop': method(none, done, desk, false),
} as const satisfies Record<string, MethodSpec>;
