/** Commands for people, orders and checks: an engineer's work without a screen. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { firstTargetName, orderRegistration, role } from '../../app/contract/model.ts';
import {
  askSecret,
  type CommonOptions,
  inStation,
  print,
  secretFrom,
  timeOf,
  withRights,
  withStation,
} from './command.ts';
import { labelFrom } from './rulefile.ts';
import { addSettings } from './settings.ts';

type PersonOptions = CommonOptions & { name: string; newBadge: string; newPinFile?: string; role: string };
type OrderOptions = CommonOptions & {
  model: string;
  quantity: string;
  from?: string;
  to?: string;
  until?: string;
  profile?: string;
  recipe?: string;
  label?: string;
};

export function addAdmin(program: Command): void {
  addPeople(program.command('people').description('people who may use the station'));
  addOrders(program.command('orders').description('orders: the units to be made'));
  addSettings(program.command('station').description("the station's settings"));

  withRights(withStation(program.command('doctor')))
    .description('run the health checks; each failed check has a remedy')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const checks = await client.call('station.doctor', {});
        print(options, checks, () =>
          checks
            .map(
              ({ name, ok, detail, remedy }) =>
                `${ok ? 'ok ' : 'BAD'} ${name}: ${detail}${remedy ? `\n    ${remedy}` : ''}`,
            )
            .join('\n'),
        );
        return checks.every(({ ok }) => ok) ? 0 : 1;
      }),
    );
}

function addPeople(people: Command): void {
  withRights(withStation(people.command('add')))
    .description('add a person')
    .requiredOption('--name <name>')
    .requiredOption('--new-badge <badge>', 'the text that the scanner reads from the badge')
    .option('--new-pin-file <file>', 'file holding the PIN, six digits or more; without it you are asked')
    .requiredOption('--role <role>', role.options.join(', '))
    .action((options: PersonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const checked = role.safeParse(options.role);
        if (!checked.success) throw new StationError('call.badParams', `--role is one of ${role.options.join(', ')}`);
        const pin = options.newPinFile
          ? await secretFrom(options.newPinFile, 'PIN')
          : await askSecret('A PIN for them: ');
        const added = await client.call('people.add', {
          name: options.name,
          badge: options.newBadge,
          pin: pin ?? '',
          role: checked.data,
        });
        print(options, added, () => `${added.name} (${added.badge}) is now ${added.role}`);
        return 0;
      }),
    );

  withRights(withStation(people.command('deactivate').argument('<badge>', 'the badge that stops working')))
    .description('end the rights of a person at once; their acts stay in the records')
    .action((badge: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const found = (await client.call('people.list', {})).find((person) => person.active && person.badge === badge);
        if (!found) throw new StationError('call.badParams', `no active person has the badge ${badge}`);
        await client.call('people.deactivate', { personId: found.personId });
        print(options, { badge, active: false }, () => `${found.name} (${badge}) is deactivated`);
        return 0;
      }),
    );

  withStation(people.command('change-pin'))
    .description('change your own PIN: sign in with --badge and your present PIN')
    .option('--new-pin-file <file>', 'file holding the new PIN; without it you are asked')
    .action((options: CommonOptions & { newPinFile?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        if (!options.badge)
          throw new StationError('call.badParams', 'give --badge and --pin-file: they say whose PIN it is');
        const pin = options.pinFile
          ? await secretFrom(options.pinFile, 'PIN')
          : await askSecret('Your present PIN, again: ');
        const newPin = options.newPinFile ? await secretFrom(options.newPinFile, 'PIN') : await askSecret('New PIN: ');
        await client.call('session.changePin', { pin: pin ?? '', newPin: newPin ?? '' });
        print(options, { badge: options.badge }, () => `${options.badge} has a new PIN now`);
        return 0;
      }),
    );

  withRights(withStation(people.command('list')))
    .description('list the people who may use the station')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const list = await client.call('people.list', {});
        print(
          options,
          list,
          () =>
            list
              .map(({ badge, name, role: is, active }) => `${badge}  ${name}  ${is}${active ? '' : '  (not active)'}`)
              .join('\n') || 'No person is on record yet.',
        );
        return 0;
      }),
    );
}

const lineWays = orderRegistration.shape.way.options;

function addOrders(orders: Command): void {
  withRights(withStation(orders.command('make').argument('<id>', 'the order')))
    .description('make an order and work on it')
    .requiredOption('--model <model>', 'the model of its units; * for any')
    .requiredOption('--quantity <n>', 'the number of certificates it may use')
    .option('--from <serial>', 'its first unit serial')
    .option('--to <serial>', 'its last unit serial')
    .option('--profile <name>', 'the only certificate profile for its units')
    .option('--recipe <name>', 'the recipe of its units (default: the approved recipe of its model)')
    .option('--label <file>', 'the rule for its labels, as JSON (default: the rule of its recipe or of the station)')
    .option('--until <time>', 'no certificate is issued for it from then on, e.g. 2026-12-31')
    .action((id: string, options: OrderOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const order = await client.call('orders.make', {
          orderId: id,
          model: options.model,
          quantity: Number(options.quantity),
          ...(options.from === undefined ? {} : { serialFrom: options.from }),
          ...(options.to === undefined ? {} : { serialTo: options.to }),
          ...(options.profile === undefined ? {} : { profile: options.profile }),
          ...(options.recipe === undefined ? {} : { recipe: options.recipe }),
          ...(options.label === undefined ? {} : { label: await labelFrom(options.label) }),
          ...(options.until === undefined ? {} : { endsAt: timeOf(options.until, '--until') }),
        });
        print(options, order, () => `${order.orderId}: ${order.quantity} of ${order.model}`);
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
        const list = await client.call('orders.list', {});
        print(
          options,
          list,
          () =>
            list
              .map(
                (order) =>
                  `${order.active ? '*' : ' '} ${order.orderId}  ${order.model}  ${order.issued}/${order.quantity} issued, ${order.passed} passed  ${order.state}${order.label ? `  labels: ${order.label.kind}` : ''}`,
              )
              .join('\n') || 'No orders yet.',
        );
        return 0;
      }),
    );
}
