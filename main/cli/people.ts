/** `people`: who may use the station, without a screen. A person is named by their badge. */
import type { Command } from 'commander';
import type { z } from 'zod';
import { type PersonRow, type Station, StationError } from '../../app/contract/index.ts';
import { badgeReason, role } from '../../app/contract/model.ts';
import {
  askSecret,
  type CommonOptions,
  inStation,
  newSecretFrom,
  print,
  secretFrom,
  withRights,
  withStation,
} from './command.ts';

type PinOptions = CommonOptions & { newPinFile?: string };
type PersonOptions = PinOptions & { name: string; newBadge: string; role: string };

/** A PIN from a file, or typed. @throws `call.badParams` – there is neither */
const newPin = async ({ newPinFile }: PinOptions, question: string): Promise<string> => {
  const pin = newPinFile ? await newSecretFrom(newPinFile, 'PIN') : await askSecret(question);
  if (pin === undefined) throw new StationError('call.badParams', 'the new PIN is needed: give --new-pin-file');
  return pin;
};

/** @throws `call.badParams` – names the choices */
function oneOf<T extends string>(shape: z.ZodEnum<{ [K in T]: K }>, flag: string, given: string): T {
  const read = shape.safeParse(given);
  if (read.success) return read.data;
  throw new StationError('call.badParams', `${flag} is one of ${shape.options.join(', ')}`);
}

/** @throws `call.badParams` – says whose former badge it is */
async function personOf(client: Station, badge: string): Promise<PersonRow> {
  const people = await client.call('people.list', {});
  const found = people.find((person) => person.badge === badge);
  if (found) return found;
  const before = people.find(({ formerBadges }) => formerBadges.some((former) => former.badge === badge));
  const why = before
    ? `${badge} was replaced: ${before.name} has ${before.badge} now`
    : `no person has the badge ${badge}`;
  throw new StationError('call.badParams', why);
}

type Act = (client: Station, person: PersonRow, options: never) => Promise<{ facts?: object; said: string }>;

/** A command about one person, with an engineer's rights. `--json`: the person as they are now, and the act's own facts. */
function addAct(command: Command, description: string, act: Act): void {
  withRights(withStation(command.argument('<badge>', 'the badge of the person')))
    .description(description)
    .action((badge: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const person = await personOf(client, badge);
        const { facts, said } = await act(client, person, options as never);
        const now = (await client.call('people.list', {})).find(({ personId }) => personId === person.personId);
        print(options, { ...now, ...facts }, () => said);
        return 0;
      }),
    );
}

/** One line for a list: badge, name, role, and what is out of the ordinary. */
function lineOf({ badge, name, role: is, active, failures, lockedMs, lastSignInAt }: PersonRow): string {
  const notes = [
    ...(active ? [] : ['not active']),
    ...(lockedMs > 0 ? [`locked for ${Math.ceil(lockedMs / 1000)} s`] : []),
    ...(failures > 0 ? [`wrong PINs: ${failures}`] : []),
  ];
  const seen = lastSignInAt === null ? 'never signed in' : `last sign-in ${lastSignInAt}`;
  return `${badge}  ${name}  ${is}  ${seen}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}`;
}

export function addPeople(people: Command): void {
  withRights(withStation(people.command('add')))
    .description('add a person')
    .requiredOption('--name <name>')
    .requiredOption('--new-badge <badge>', 'the text that the scanner reads from the badge')
    .option('--new-pin-file <file>', 'file holding the PIN, six digits or more; without it you are asked')
    .requiredOption('--role <role>', role.options.join(', '))
    .action((options: PersonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { name, newBadge: badge } = options;
        const checked = oneOf(role, '--role', options.role);
        const pin = await newPin(options, 'A PIN for them: ');
        const added = await client.call('people.add', { name, badge, pin, role: checked });
        print(options, added, () => `${added.name} (${added.badge}) is now ${added.role}`);
        return 0;
      }),
    );

  addAct(
    people.command('deactivate'),
    'end the rights of a person at once; their acts stay in the records',
    async (client, { personId, name, badge }) => {
      await client.call('people.deactivate', { personId });
      return { said: `${name} (${badge}) is deactivated` };
    },
  );

  addAct(
    people.command('activate'),
    'give a deactivated person their rights back, with badge, PIN and role as before',
    async (client, { personId, name, badge }) => {
      await client.call('people.activate', { personId });
      return { said: `${name} (${badge}) is active again` };
    },
  );

  addAct(
    people
      .command('replace-badge')
      .requiredOption('--new-badge <badge>', 'the text that the scanner reads from the new badge')
      .requiredOption('--reason <reason>', badgeReason.options.join(', ')),
    'give a person another badge; the one before stops working at once',
    async (client, { personId, name, badge: before }, options: { newBadge: string; reason: string }) => {
      const reason = oneOf(badgeReason, '--reason', options.reason);
      const { badge } = await client.call('people.replaceBadge', { personId, badge: options.newBadge, reason });
      return { facts: { before }, said: `${name} has the badge ${badge}; ${before} works no longer` };
    },
  );

  addAct(
    people.command('set-role').requiredOption('--role <role>', role.options.join(', ')),
    'give a person another role',
    async (client, { personId, name, badge }, options: { role: string }) => {
      const { role: is } = await client.call('people.setRole', { personId, role: oneOf(role, '--role', options.role) });
      return { said: `${name} (${badge}) is now ${is}` };
    },
  );

  addAct(
    people
      .command('set-pin')
      .option('--new-pin-file <file>', 'file holding the new PIN, six digits or more; without it you are asked'),
    'give another person a PIN when they forgot theirs; it ends a lock, and they are asked to change it',
    async (client, { personId, name, badge }, options: PinOptions) => {
      await client.call('people.setPin', { personId, pin: await newPin(options, `A new PIN for ${badge}: `) });
      return { said: `${name} (${badge}) has a new PIN; they should change it with "people change-pin"` };
    },
  );

  addAct(
    people.command('unlock'),
    'end the lock of a badge after wrong PINs',
    async (client, { personId, name, badge }) => {
      await client.call('people.unlock', { personId });
      return { said: `${name} (${badge}) may try again` };
    },
  );

  withStation(people.command('change-pin'))
    .description('change your own PIN: sign in with --badge and your present PIN')
    .option('--new-pin-file <file>', 'file holding the new PIN; without it you are asked')
    .action((options: PinOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        if (!options.badge)
          throw new StationError('call.badParams', 'give --badge and --pin-file: they say whose PIN it is');
        const pin = options.pinFile
          ? await secretFrom(options.pinFile, 'PIN')
          : await askSecret('Your present PIN, again: ');
        await client.call('session.changePin', { pin: pin ?? '', newPin: await newPin(options, 'New PIN: ') });
        print(options, { badge: options.badge }, () => `${options.badge} has a new PIN now`);
        return 0;
      }),
    );

  withRights(withStation(people.command('list')))
    .description('list the people who may use the station, with last sign-in, wrong PINs and locks')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const list = await client.call('people.list', {});
        print(options, list, () => list.map(lineOf).join('\n') || 'No person is on record yet.');
        return 0;
      }),
    );

  withRights(withStation(people.command('show').argument('<badge>', 'the badge of the person')))
    .description('show a person with the badges they had before')
    .action((badge: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const person = await personOf(client, badge);
        print(options, person, () =>
          [
            lineOf(person),
            ...person.formerBadges.map(
              (former) => `  before ${former.replacedAt}: ${former.badge} (${former.reason}; ${former.replacedBy})`,
            ),
          ].join('\n'),
        );
        return 0;
      }),
    );
}
