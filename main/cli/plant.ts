/** `plant`: the ledger of several stations. `init`, `admit`, `order`, `stations` and `units` speak to it; the others are a station's. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { StationError } from '../../app/contract/errors.ts';
import { order, type PlantStatus, unitSerial } from '../../app/contract/model.ts';
import {
  addressFor,
  admitLogin,
  findPlantUnits,
  initPlant,
  keyOfPlant,
  makePlantOrder,
  plantKeyId,
  readPublicKey,
  viewPlant,
} from '../../app/plant/index.ts';
import { writeOut } from '../../app/station/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';
import { inPlant, type PlantOptions, urlIn, valid, withUrl } from './inplant.ts';
import { addPlantDesk } from './plantdesk.ts';
import { addPublishing } from './plantpublish.ts';

/** An order of the plant. */
const planned = z.object({
  orderId: order.shape.orderId,
  model: order.shape.model,
  quantity: order.shape.quantity,
  serialFrom: unitSerial.optional(),
  serialTo: unitSerial.optional(),
});
type Ordering = { model: string; quantity: string; serialFrom?: string; serialTo?: string };

/** Adds all commands of the plant. */
export function addPlant(program: Command): void {
  const plant = program.command('plant').description('one ledger in PostgreSQL for the stations of a factory');
  addOffice(plant);
  addPlantDesk(plant);
  addPublishing(plant);
  addStationSide(plant);
}

function addOffice(plant: Command): void {
  withUrl(plant.command('init'))
    .description('make the plant in an empty database, or bring it up to date')
    .action((options: PlantOptions) =>
      inPlant(options, async (sql) => {
        const made = await initPlant(sql);
        const { plantId } = await viewPlant(sql);
        print(options, { plantId, ...made }, () => `plant ${plantId}, version ${made.version}`);
      }),
    );

  withUrl(plant.command('admit').argument('<login>', 'small letters, digits and _'))
    .description("make a login for a station, and write the file with which it joins; or a reader's")
    .requiredOption('--out <file>', 'the file for that station; only its owner can read it')
    .option('--reader', 'a login that reads all and writes nothing')
    .option(
      '--key <file>',
      'the public key that the station is to trust (default: the one that the plant says is its own)',
    )
    .action((login: string, options: PlantOptions & { out: string; reader?: boolean; key?: string }) =>
      inPlant(options, async (sql, url) => {
        const password = await admitLogin(sql, login, options.reader ? 'reader' : 'station');
        const file = resolve(options.out);
        const key = options.key ? readPublicKey(await textFrom(options.key)) : await keyOfPlant(sql);
        const trusted = options.reader || key === null ? '' : `#key=${Buffer.from(key).toString('base64url')}`;
        await writeOut(file, `${addressFor(url, login, password)}${trusted}\n`, true);
        const keyId = trusted === '' ? null : plantKeyId(key!);
        print(options, { login, file, keyId }, () =>
          [
            `${login} may come in with ${file}; carry it there, then remove it`,
            ...(keyId === null ? [] : [`it will trust what the key ${keyId} signs`]),
          ].join('\n'),
        );
      }),
    );

  withUrl(plant.command('order').argument('<order>', 'its name'))
    .description('make an order of which stations lease parts, or change its quantity and range')
    .requiredOption('--model <model>', 'the model of its units')
    .requiredOption('--quantity <count>', 'how many all stations make together')
    .option('--serial-from <serial>', 'the first unit serial of its range')
    .option('--serial-to <serial>', 'the last one')
    .action((orderId: string, options: PlantOptions & Ordering) =>
      inPlant(options, async (sql) => {
        const given = { orderId, ...options, quantity: wholeNumber(options.quantity, '--quantity') };
        const { model, quantity, serialFrom, serialTo } = valid(planned, given);
        if ((serialFrom === undefined) !== (serialTo === undefined))
          throw new StationError('call.badParams', 'a range has two ends', { data: { path: 'serialFrom' } });
        const range = serialFrom !== undefined && serialTo !== undefined ? { serialFrom, serialTo } : {};
        await makePlantOrder(sql, { orderId, model, quantity, ...range });
        print(options, { orderId, model, quantity, ...range }, () => `${orderId}: ${quantity} of ${model}`);
      }),
    );

  withUrl(plant.command('stations'))
    .description('the stations of the plant, how far they have shipped, and what they collided with')
    .action((options: PlantOptions) =>
      inPlant(options, async (sql) => {
        const view = await viewPlant(sql);
        print(options, view, () =>
          [
            `plant ${view.plantId}${view.restoredAt === null ? '' : `, restored from a backup, noticed ${view.restoredAt}`}`,
            ...view.stations.map(
              ({ login, name, size, shippedAt, units, collisions }) =>
                `${login}  ${name ?? 'has not joined'}  ${size ?? 0} leaves, ${units} units, ${collisions} collisions, ${shippedAt ?? 'nothing shipped'}`,
            ),
          ].join('\n'),
        );
      }),
    );

  withUrl(plant.command('units').argument('<text>', 'a unit serial, hardware id, key or certificate'))
    .description('find a unit at all stations')
    .action((text: string, options: PlantOptions) =>
      inPlant(options, async (sql) => {
        const units = await findPlantUnits(sql, text);
        print(options, units, () =>
          units.length === 0
            ? 'no station has shipped it'
            : units
                .map(({ unitSerial, station, model, state, updatedAt, collisions }) =>
                  [
                    `${unitSerial}  ${model}  ${state} at ${station}, ${updatedAt}`,
                    ...collisions.map(
                      ({ kind, owner, ownerUnit }) => `  REFUSED: ${owner} has its ${kind}, as ${ownerUnit}`,
                    ),
                  ].join('\n'),
                )
                .join('\n'),
        );
      }),
    );
}

type Joining = CommonOptions & { urlFile?: string; key?: string; again?: boolean; offline?: string; wait?: string };

type Leasing = CommonOptions & { quantity: string; activate?: boolean };

function addStationSide(plant: Command): void {
  withStation(plant.command('status'))
    .description('how far the plant has the log of this station')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const status = await client.call('plant.status', {});
        print(options, status, () => linesOf(status));
        return 0;
      }),
    );

  withRights(withStation(plant.command('join')))
    .description('join a plant, or change how this station uses it')
    .option('--url-file <file>', 'the file that "plant admit" wrote; needed to join first')
    .option('--key <file>', 'the public key of the plant: what it signs counts here')
    .option('--again', 'this station was restored from a backup, or its log has a new key: ship the log anew')
    .option('--offline <rule>', 'while the plant does not answer: goOn, or stop')
    .option('--wait <ms>', 'how long a unit waits for its answer')
    .action(({ urlFile, again = false, key: keyFile, offline, wait, ...options }: Joining) =>
      inStation(options, { ca: false }, async ({ client }) => {
        if (offline !== undefined && offline !== 'goOn' && offline !== 'stop')
          throw new StationError('call.badParams', '--offline takes goOn or stop');
        const url = urlFile === undefined ? undefined : await urlIn(urlFile);
        const askMs = wholeNumber(wait, '--wait');
        const key = keyFile === undefined ? undefined : await textFrom(keyFile);
        const status = await client.call('plant.join', { url, again, key, offline, askMs });
        print(options, status, () => linesOf(status));
        return 0;
      }),
    );

  withRights(withStation(plant.command('read-with')))
    .description("let this station's desk look at the whole plant, by the file of a reader's login")
    .option('--url-file <file>', 'the file that "plant admit NAME --reader" wrote; without it, the desk reads no more')
    .action(({ urlFile, ...options }: CommonOptions & { urlFile?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const url = urlFile === undefined ? null : await urlIn(urlFile);
        const status = await client.call('plant.readWith', { url });
        print(options, status, () =>
          status.readable ? 'the desk reads the plant' : 'the desk reads this station only',
        );
        return 0;
      }),
    );

  withRights(withStation(plant.command('ship')))
    .description('ship all that the plant does not have; a running station does this by itself')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const status = await client.call('plant.ship', {});
        print(options, status, () => linesOf(status));
        return 0;
      }),
    );

  withRights(withStation(plant.command('lease').argument('<order>', 'an order of the plant')))
    .description('take a part of an order for this station; it becomes an order here')
    .requiredOption('--quantity <count>', 'how many')
    .option('--activate', 'the line works on it from now on')
    .action((orderId: string, { quantity, activate = false, ...options }: Leasing) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const wanted = { orderId, quantity: wholeNumber(quantity, '--quantity'), activate };
        const orders = await client.call('plant.lease', wanted);
        print(options, orders, () =>
          orders
            .map(({ orderId, quantity, model, serialFrom, serialTo }) =>
              [
                `${orderId}: ${quantity} of ${model}`,
                ...(serialFrom === null ? [] : [`${serialFrom} to ${serialTo}`]),
              ].join(', '),
            )
            .join('\n'),
        );
        return 0;
      }),
    );

  withStation(plant.command('orders'))
    .description('the orders of the plant, what is left of them, and what this station has leased')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const [orders, leases] = [await client.call('plant.orders', {}), await client.call('plant.leases', {})];
        print(options, { orders, leases }, () =>
          [
            ...orders.map(({ orderId, model, quantity, left }) => `${orderId}  ${model}  ${left} of ${quantity} left`),
            ...leases.map(({ orderId, quantity, made, returned }) =>
              [
                `  ${orderId}: ${made} of ${quantity} made`,
                ...(returned === null ? [] : [`${returned} given back`]),
              ].join(', '),
            ),
          ].join('\n'),
        );
        return 0;
      }),
    );

  withRights(withStation(plant.command('give-back').argument('<lease>', 'a lease, or its order here')))
    .description('give back what is not used of a lease; its order here is closed')
    .action((lease: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const returned = await client.call('plant.giveBack', { lease });
        const { orderId, plantOrder, quantity, told } = returned;
        print(options, returned, () =>
          [
            `${orderId} is closed; ${quantity} of it go back to ${plantOrder}`,
            ...(told ? [] : ['the plant cannot be reached now: it is told when it is there again']),
          ].join('\n'),
        );
        return 0;
      }),
    );

  withRights(withStation(plant.command('leave')))
    .description('leave the plant; what was shipped stays there')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('plant.leave', {});
        print(options, {}, () => 'this station has left its plant');
        return 0;
      }),
    );
}

const linesOf = ({ config, plantId, size, acknowledged, reachedAt, error, refused, documents }: PlantStatus): string =>
  config === null
    ? 'this station has joined no plant'
    : [
        `plant ${plantId}: it has ${acknowledged} of ${size} leaves${reachedAt === null ? '' : `, last reached ${reachedAt}`}`,
        `without an answer in ${config.askMs} ms: ${config.offline === 'stop' ? 'units wait' : 'work goes on'}`,
        ...(error === null ? [] : [`NOT SHIPPED: ${error}`]),
        ...(refused === 0 ? [] : [`REFUSED: ${refused} units, because another station has what they use`]),
        ...documents.flatMap(({ kind, version, rejected, clashes }) => [
          ...(version > 0 ? [`${kind} ${version}`] : []),
          ...(rejected ? [`NOT TAKEN: ${kind} ${rejected.version}, because ${rejected.why}`] : []),
          ...(clashes.length > 0
            ? [`NOT ADDED: ${clashes.join(', ')}, because people of this station have these badges`]
            : []),
        ]),
      ].join('\n');
