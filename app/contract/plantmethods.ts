/** The rows of the method table about the plant. */
import { z } from 'zod';
import { borderTime } from './base.ts';
import { listPart, pageOf } from './desk.ts';
import { desk, done, engineer, type MethodSpec, method, none } from './method.ts';
import { leaseHere, leaseReturn, plantConfig, plantOrder, plantStatus } from './plant.ts';
import { plantReached, plantTried } from './plantaddress.ts';
import * as d from './plantdesk.ts';
import { order } from './units.ts';

export const plantMethods = {
  'plant.status': method(none, plantStatus, desk, false),
  /**
   * Joins a plant, or changes how the station uses it. `url` and `login` have a secret. `again`: this station was restored from a backup,
   * and ships its whole log once more. `key`: the public key of the plant, in PEM or as 32 bytes in base64url; a `url` of
   * "plant admit" brings it along.
   *
   * @throws `plant.refused`, `plant.unreachable`, `plant.forked`, `call.badParams`
   */
  'plant.join': method(
    z.strictObject({
      ...plantReached,
      again: z.boolean().default(false),
      key: z.string().min(1).max(1000).optional(),
      offline: plantConfig.shape.offline.unwrap().optional(),
      askMs: plantConfig.shape.askMs.unwrap().optional(),
    }),
    plantStatus,
    engineer,
    'plant.joined',
  ),
  /**
   * Connects and asks, and changes nothing here or there. Without an address the kept one is tried.
   *
   * @throws `plant.refused`, `plant.unreachable`, `plant.untrusted`, `plant.none`, `call.badParams`
   */
  'plant.try': method(z.strictObject(plantReached), plantTried, engineer, false),
  /**
   * Leases a part of an order of the plant, which becomes an order here. The plant has to be there. Earlier leases whose
   * answer was lost become orders as well. The result: the new orders, the one that was asked for last.
   *
   * @throws `plant.noLease` – there is no such order, or not so much of it is left; `plant.none`, `plant.unreachable`
   */
  'plant.lease': method(
    z.strictObject({
      orderId: order.shape.orderId,
      quantity: order.shape.quantity,
      activate: z.boolean().default(false),
    }),
    z.array(order),
    engineer,
    'order.made',
  ),
  /** The orders of which parts can be leased. @throws `plant.none`, `plant.unreachable`, `plant.refused` */
  'plant.orders': method(none, z.array(plantOrder), desk, false),
  /** What this station has leased, the latest first. The plant is not asked. */
  'plant.leases': method(none, z.array(leaseHere), desk, false),
  /**
   * Gives back what was not used of a lease, by its id or its order here, and closes that order. It is on record here at once;
   * `told` says whether the plant knows it already, else it goes there with the log.
   *
   * @throws `order.notFound`; `plant.returned` – it came back before; `plant.none`
   */
  'plant.giveBack': method(
    z.strictObject({ lease: z.string().min(1).max(40) }),
    leaseReturn.extend({ leaseId: z.string(), plantOrder: z.string(), orderId: z.string(), told: z.boolean() }),
    engineer,
    'lease.returned',
  ),
  /**
   * Keeps the address of a login that reads the whole plant, for QA's desk; a `url` of null removes it. `url` and `login`
   * have a secret.
   *
   * @throws `plant.refused` – the login reads its own rows only, is of another plant, or there is no plant;
   * `plant.unreachable`, `plant.untrusted`, `plant.none`, `call.badParams`
   */
  'plant.readWith': method(
    z.strictObject({ ...plantReached, url: plantReached.url.unwrap().nullable().optional() }),
    plantStatus,
    engineer,
    'plant.readerGiven',
  ),
  /** As `plant.try`, for a login that is to read the whole plant. @throws the errors of `plant.readWith`; `plant.noReader` */
  'plant.tryReader': method(z.strictObject(plantReached), plantTried, engineer, false),
  /** The plant, with results since a time. This and the next three read it with that login. @throws `plant.noReader` */
  'plant.overview': method(z.strictObject({ since: borderTime }), d.plantOverview, desk, false),
  'plant.units': method(d.plantUnitFilter.extend(listPart), pageOf(d.plantUnitRow), desk, false),
  /** @throws `unit.notFound` */
  'plant.unit': method(d.plantUnitKey, d.plantUnit, desk, false),
  /** The proof of a leaf; null while no signed checkpoint covers it. @throws `unit.notFound` – there is no such station */
  'plant.proof': method(
    z.strictObject({ stationId: z.uuid(), leafIndex: z.int().min(0) }),
    d.plantProof.nullable(),
    desk,
    false,
  ),
  'plant.leave': method(none, done, engineer, 'plant.left'),
  /** Ships all that the plant does not have. @throws `plant.none`, `plant.unreachable`, `plant.refused`, `plant.forked` */
  'plant.ship': method(none, plantStatus, engineer, false),
} as const satisfies Record<string, MethodSpec>;
