/** People, orders and checks: what an engineer sets up without a screen. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { role } from '../../app/contract/model.ts';
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
  addPeople(program.command('people').description('who may use the station'));
  addOrders(program.command('orders').description('what is to be made'));
  addSettings(program.command('station').description("the station's settings"));

  withRights(withStation(program.command('doctor')))
    .description('checks, with a remedy for what is not well')
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
    .requiredOption('--new-badge <badge>', 'what the scanner reads from the badge')
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

  withRights(withStation(people.command('deactivate').argument('<badge>', 'whose badge stops working')))
    .description('end what a person may do here, at once; what they did stays in the records')
    .action((badge: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const found = (await client.call('people.list', {})).find((person) => person.active && person.badge === badge);
        if (!found) throw new StationError('call.badParams', `nobody who is active has the badge ${badge}`);
        await client.call('people.deactivate', { personId: found.personId });
        print(options, { badge, active: false }, () => `${found.name} (${badge}) is deactivated`);
        return 0;
      }),
    );

  withStation(people.command('change-pin'))
    .description("change one's own PIN: sign in with --badge and the PIN of now")
    .option('--new-pin-file <file>', 'file holding the new PIN; without it you are asked')
    .action((options: CommonOptions & { newPinFile?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        if (!options.badge) throw new StationError('call.badParams', 'whose PIN? give --badge and --pin-file');
        const pin = options.pinFile ? await secretFrom(options.pinFile, 'PIN') : await askSecret('PIN of now, again: ');
        const newPin = options.newPinFile ? await secretFrom(options.newPinFile, 'PIN') : await askSecret('New PIN: ');
        await client.call('session.changePin', { pin: pin ?? '', newPin: newPin ?? '' });
        print(options, { badge: options.badge }, () => `${options.badge} has another PIN now`);
        return 0;
      }),
    );

  withRights(withStation(people.command('list')))
    .description('who may use the station')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const list = await client.call('people.list', {});
        print(
          options,
          list,
          () =>
            list
              .map(({ badge, name, role: is, active }) => `${badge}  ${name}  ${is}${active ? '' : '  (not active)'}`)
              .join('\n') || 'Nobody yet.',
        );
        return 0;
      }),
    );
}

function addOrders(orders: Command): void {
  withRights(withStation(orders.command('make').argument('<id>', 'the order')))
    .description('make an order and work on it')
    .requiredOption('--model <model>', 'the model its units must be; * for any')
    .requiredOption('--quantity <n>', 'how many certificates it may use')
    .option('--from <serial>', 'the first unit serial it is for')
    .option('--to <serial>', 'the last one')
    .option('--profile <name>', 'the only certificate profile it may be issued under')
    .option('--recipe <name>', 'what its units are made by (default: the approved recipe of its model)')
    .option(
      '--label <file>',
      'how its labels are read: a label rule as JSON (default: as its recipe or the station says)',
    )
    .option('--until <time>', 'nothing is issued for it from then on, e.g. 2026-12-31')
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

  withRights(withStation(orders.command('close').argument('<id>', 'the order')))
    .description('take no more units for an order')
    .action((id: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('orders.close', { orderId: id });
        print(options, { orderId: id, state: 'closed' }, () => `${id} is closed`);
        return 0;
      }),
    );

  withStation(orders.command('list'))
    .description('all orders')
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
