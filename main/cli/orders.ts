/** Commands for orders: make them, read them from files, pause, change and close them. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { Station } from '../../app/contract/index.ts';
import { firstTargetName, type OrderOverlap, orderRegistration, unitSerial } from '../../app/contract/model.ts';
import { wholeNumber } from '../numbers.ts';
import { timeOf } from '../times.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';
import { addIntake } from './intake.ts';
import { addOrderFiles, overlapLines } from './orderfiles.ts';
import { labelFrom } from './rulefile.ts';

type OrderOptions = CommonOptions & {
  model: string;
  quantity: string;
  from?: string;
  to?: string;
  pattern?: string;
  serials?: string;
  due?: string;
  until?: string;
  profile?: string;
  recipe?: string;
  label?: string;
  activate: boolean;
};

const lineWays = orderRegistration.shape.way.options;

/** Commands about orders. */
export function addOrders(orders: Command): void {
  addOrderFiles(orders);
  addIntake(orders);
  addStates(orders);
  withRights(withStation(orders.command('make').argument('<id>', 'the order')))
    .description('make an order and work on it')
    .requiredOption('--model <model>', 'the model of its units; * for any')
    .requiredOption('--quantity <n>', 'the number of certificates it may use')
    .option('--from <serial>', 'its first unit serial')
    .option('--to <serial>', 'its last unit serial')
    .option('--profile <name>', 'the only certificate profile for its units')
    .option('--recipe <name>', 'the recipe of its units (default: the approved recipe of its model)')
    .option('--label <file>', 'the rule for its labels, as JSON (default: the rule of its recipe or of the station)')
    .option(
      '--pattern <pattern>',
      'what its unit serials look like: # for a digit, @ for a capital letter, ? for either',
    )
    .option('--serials <file>', 'its only unit serials, one a line')
    .option('--due <time>', 'when its units are to be made: a day such as 2026-12-24 means its end at this place')
    .option('--no-activate', 'the line keeps working on its order')
    .option(
      '--until <time>',
      'no certificate is issued for it from then on: a day such as 2026-12-31 means its end at this place',
    )
    .action((id: string, options: OrderOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const order = await client.call('orders.make', {
          orderId: id,
          model: options.model,
          quantity: wholeNumber(options.quantity, '--quantity'),
          ...(options.from === undefined ? {} : { serialFrom: options.from }),
          ...(options.to === undefined ? {} : { serialTo: options.to }),
          ...(options.profile === undefined ? {} : { profile: options.profile }),
          ...(options.recipe === undefined ? {} : { recipe: options.recipe }),
          ...(options.label === undefined ? {} : { label: await labelFrom(options.label) }),
          ...(options.pattern === undefined ? {} : { pattern: options.pattern }),
          ...(options.serials === undefined ? {} : { serials: await serialsFrom(options.serials) }),
          ...(options.due === undefined ? {} : { dueAt: timeOf(options.due, '--due', 'end') }),
          activate: options.activate,
          ...(options.until === undefined ? {} : { endsAt: timeOf(options.until, '--until', 'end') }),
        });
        const overlaps = (await overlapsIn(client)).get(order.orderId) ?? [];
        print(options, { ...order, overlaps }, () =>
          [`${order.orderId}: ${order.quantity} of ${order.model}`, ...overlapLines(order.orderId, overlaps)].join(
            '\n',
          ),
        );
        return 0;
      }),
    );

  withRights(withStation(orders.command('register').argument('<id>', 'the order')))
    .description('register the units of an order while the line runs, each seconds after its PASS')
    .option('--target <name>', 'the account and Region (default: the first target)')
    .option('--way <way>', `how: ${lineWays.join(', ')}`, 'registerThing')
    .option('--off', 'its units wait for a batch again')
    .action((id: string, options: CommonOptions & { target?: string; way: string; off?: boolean }) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const way = lineWays.find((name) => name === options.way);
        if (!way) throw new StationError('call.badParams', `--way is one of ${lineWays.join(', ')}`);
        const target = options.target ?? station.parts.cloudLink.target()?.name ?? firstTargetName;
        const registration = options.off ? null : { target, way };
        await client.call('orders.register', { orderId: id, registration });
        print(options, { orderId: id, registration }, () =>
          registration ? `${id}: units go to ${target} by ${way} as they pass` : `${id}: units wait for a batch`,
        );
        return 0;
      }),
    );

  withRights(withStation(orders.command('close').argument('<id>', 'the order')))
    .description('end an order; it takes no more units')
    .action((id: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('orders.close', { orderId: id });
        print(options, { orderId: id, state: 'closed' }, () => `${id} is closed`);
        return 0;
      }),
    );

  withStation(orders.command('list'))
    .description('list all orders')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const overlaps = await overlapsIn(client);
        const list = (await client.call('orders.list', {})).map((order) => ({
          ...order,
          overlaps: overlaps.get(order.orderId) ?? [],
        }));
        print(
          options,
          list,
          () =>
            list
              .flatMap((order) => [
                `${order.active ? '*' : ' '} ${order.orderId}  ${order.model}  ${order.issued}/${order.quantity} issued, ${order.passed} passed, ${order.failed} failed, ${order.left} left  ${order.state}${order.dueAt === null ? '' : `  due ${order.dueAt}`}${order.label ? `  labels: ${order.label.kind}` : ''}${order.restoredAt === undefined ? '' : '  COUNTS IN DOUBT'}`,
                ...overlapLines(order.orderId, order.overlaps).map((line) => `    ${line}`),
              ])
              .join('\n') || 'No orders yet.',
        );
        return 0;
      }),
    );
}

const overlapsIn = async (client: Station): Promise<Map<string, OrderOverlap[]>> =>
  new Map((await client.call('orders.overlaps', {})).map(({ orderId, overlaps }) => [orderId, overlaps]));

async function serialsFrom(file: string): Promise<string[]> {
  const lines = (await textFrom(file)).split(/\r\n|[\r\n]/);
  return lines.flatMap((line, index) =>
    line
      .split(/[\s,;]+/)
      .filter((serial) => serial !== '')
      .map((serial) => {
        const { data, error } = unitSerial.safeParse(serial);
        if (data !== undefined) return data;
        const named = JSON.stringify(serial.slice(0, 80));
        const detail = `${file}, line ${index + 1}: ${named} is no unit serial: ${error?.issues[0]?.message}`;
        throw new StationError('call.badParams', detail);
      }),
  );
}

function addStates(orders: Command): void {
  for (const [act, description, state] of [
    ['pause', 'stop new units of an order; those that were begun are finished', 'paused'],
    ['resume', 'let a paused order go on', 'open'],
  ] as const) {
    withRights(withStation(orders.command(act).argument('<id>', 'the order')))
      .description(description)
      .action((id: string, options: CommonOptions) =>
        inStation(options, { ca: false }, async ({ client }) => {
          await client.call(`orders.${act}`, { orderId: id });
          print(options, { orderId: id, state }, () => `${id} is ${state}`);
          return 0;
        }),
      );
  }

  withRights(withStation(orders.command('reconcile').argument('<id>', 'the order')))
    .description('after a restore from a backup: say how many units of an order were counted by hand')
    .requiredOption('--counted <n>', 'the units that were made; to make fewer from now on, change the quantity')
    .action((id: string, options: CommonOptions & { counted: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const counted = wholeNumber(options.counted, '--counted');
        await client.call('orders.reconcile', { orderId: id, counted });
        print(options, { orderId: id, counted }, () => `the counts of ${id} are reconciled: ${counted} counted`);
        return 0;
      }),
    );

  type Change = CommonOptions & { quantity?: string; due?: string; until?: string };
  withRights(withStation(orders.command('change').argument('<id>', 'the order')))
    .description('change the quantity, the due time or the end of an order')
    .option('--quantity <n>', 'not less than what is made already')
    .option('--due <time>', 'a day such as 2026-12-24 means its end at this place; none for no due time')
    .option(
      '--until <time>',
      'no certificate is issued from then on: a day means its end at this place; none for no end',
    )
    .action((id: string, options: Change) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const time = (text: string, flag: string) => (text === 'none' ? null : timeOf(text, flag, 'end'));
        if ([options.quantity, options.due, options.until].every((given) => given === undefined))
          throw new StationError('call.badParams', 'say what changes: --quantity, --due or --until');
        const order = await client.call('orders.change', {
          orderId: id,
          ...(options.quantity === undefined ? {} : { quantity: wholeNumber(options.quantity, '--quantity') }),
          ...(options.due === undefined ? {} : { dueAt: time(options.due, '--due') }),
          ...(options.until === undefined ? {} : { endsAt: time(options.until, '--until') }),
        });
        const { quantity, left, dueAt, endsAt } = order;
        print(options, order, () =>
          [`${id}: ${quantity}`, `${left} left`, `due ${dueAt ?? 'any time'}`, `ends ${endsAt ?? 'never'}`].join(', '),
        );
        return 0;
      }),
    );
}
