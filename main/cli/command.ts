/** The parts that every command shares: the acting person, the station, and printing a result or a refusal. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { Clock } from '../../app/contract/clock.ts';
import { blameOf, createClient, type Person, type Role, type Station, StationError } from '../../app/contract/index.ts';
import { operatingSystemBadge } from '../../app/contract/people.ts';
import { systemCodeOf, whyUnwritten, writeCode } from '../../app/files/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../datafolders.ts';
import { type OpenOptions, openStation } from '../openstation.ts';
import { byFlag } from './byflag.ts';
import { bytesFrom } from './givenfile.ts';

export type CommonOptions = {
  data?: string;
  json?: boolean;
  passphraseFile?: string;
  badge?: string;
  pinFile?: string;
};

export const withStation = (command: Command): Command =>
  command
    .option('--data <dir>', "the station's data folder")
    .option('--badge <badge>', 'sign in with this badge')
    .option('--pin-file <file>', 'file holding the PIN of that badge')
    .option('--json', 'print one JSON value on stdout and nothing else there');

/** For a command that signs. It asks for the passphrase when there is a terminal. */
export const withPassphrase = (command: Command): Command =>
  command.option(
    '--passphrase-file <file>',
    "file holding the CA's passphrase; without it you are asked (a key in AWS KMS has none: use --badge)",
  );

/**
 * For a command that changes records. A person who knows the passphrase acts as an engineer, except when the key is in
 * AWS KMS, which has none.
 */
export const withRights = (command: Command): Command =>
  command.option(
    '--passphrase-file <file>',
    "file holding the CA's passphrase, which gives an engineer's rights (never if its key is in AWS KMS); or use --badge",
  );

/** Notes for people go to stderr, so that stdout contains the result only. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Prints the result. `text` gives the form for people. */
export function print(options: { json?: boolean }, result: unknown, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${text()}\n`);
}

/** 1 refused or the unit failed · 2 usage · 3 station or cloud error. */
export function exitCodeOf(error: StationError): number {
  if (error.code.startsWith('call.') && error.code !== 'call.cancelled') return 2;
  const blame = blameOf(error.code);
  return blame === 'operator' || blame === 'unit' ? 1 : 3;
}

/** Runs a command's body. A refusal is printed in the form that the caller asked for. */
export async function conclude(options: { json?: boolean }, body: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (thrown) {
    const error = byFlag(errorOf(thrown), options);
    const seconds = lockedFor(error);
    const wait = seconds === undefined ? {} : { retryAfterSeconds: seconds };
    if (options.json) process.stdout.write(`${JSON.stringify({ error: { ...error.toJSON(), ...wait } })}\n`);
    else note(`${error.code}: ${error.detail}`);
    process.exitCode = exitCodeOf(error);
    if (seconds !== undefined && !options.json && process.stderr.isTTY) await countDown(seconds, process.stderr);
  }
}

/** What no part has wrapped. An error of the system about a file is no bug: it says which file, and why. */
function errorOf(thrown: unknown): StationError {
  if (thrown instanceof StationError) return thrown;
  const { path, syscall } = thrown as Partial<NodeJS.ErrnoException>;
  if (systemCodeOf(thrown) !== '' && syscall !== undefined && path !== undefined)
    return new StationError(writeCode(thrown), `${path} cannot be used: ${whyUnwritten(thrown)}`, { cause: thrown });
  return new StationError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

/** How long a badge is locked after wrong PINs, in seconds. */
const lockedFor = ({ code, data }: StationError): number | undefined =>
  (code === 'session.wrongPin' || code === 'session.lockedOut') && typeof data?.seconds === 'number' && data.seconds > 0
    ? data.seconds
    : undefined;

/** Shows on a terminal how long to wait, until it is over. Ctrl-C ends it at once. */
export async function countDown(
  seconds: number,
  terminal: { write(text: string): unknown },
  clock: Pick<Clock, 'monotonicMs' | 'after'> = systemClock,
): Promise<void> {
  const endMs = clock.monotonicMs() + seconds * 1000;
  for (;;) {
    const left = Math.ceil((endMs - clock.monotonicMs()) / 1000);
    if (left <= 0) break;
    terminal.write(`\rtry again in ${left} s  `);
    await new Promise<void>((resolve) => void clock.after(Math.min(1000, endMs - clock.monotonicMs()), resolve));
  }
  terminal.write('\rtry again now      \n');
}

/** A longer file holds something else. */
const mostSecretBytes = 64 * 1024;

/** The first line of a file that holds a secret. */
export async function secretFrom(file: string, what: string): Promise<string> {
  const content = await bytesFrom(file, { what: `the ${what} file`, most: mostSecretBytes });
  try {
    return content.toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  } finally {
    content.fill(0);
  }
}

/**
 * The same for a secret that is to be set. One with a byte order mark or in another encoding would open what it closed
 * from this file only: no one could type it.
 */
export async function newSecretFrom(file: string, what: string): Promise<string> {
  const secret = await secretFrom(file, what);
  if (!/[\uFEFF\uFFFD\0]/.test(secret)) return secret;
  const detail = `the ${what} in ${file} could not be typed: save the file as UTF-8 without a byte order mark`;
  throw new StationError('call.badParams', detail);
}

/** Asks on the terminal without echo; `undefined` when there is no terminal. */
export async function askSecret(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  process.stderr.write(question);
  // readline echoes through this method; silencing it is the documented way to hide input.
  Object.assign(lines, { _writeToOutput: () => {} });
  try {
    return await new Promise<string>((resolve) => lines.question('', resolve));
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

export type CommandSession = {
  station: StationHandle;
  client: Station;
  actor: string;
};

export type SessionNeeds = {
  /** `useful` opens a CA that opens without a passphrase. If it does not open, the command continues. */
  ca: boolean | 'useful';
  cloud?: OpenOptions['cloud'];
  /**
   * The roles that may run it. They are checked before the CA, so that a key in AWS KMS is not opened for another role.
   * The dispatcher checks them again.
   */
  roles?: readonly Role[];
  /** What is done where the station is not opened, also because another process has it. */
  outside?: (dir: string, why: StationError) => Promise<number>;
};

/**
 * Opens the station as a command. A badge signs a person in. Without one the command acts as the operating-system user,
 * who has an engineer's rights only when the given passphrase (or a token's PIN) opens the active CA's key. AWS KMS
 * asks for none, so any given passphrase proves nothing there, and a badge is needed.
 */
export async function inStation(
  options: CommonOptions,
  needs: SessionNeeds,
  body: (session: CommandSession) => Promise<number | undefined>,
): Promise<void> {
  await conclude(options, async () => {
    const dir = options.data ?? dataFolder('real');
    const given = options.passphraseFile ? await secretFrom(options.passphraseFile, 'passphrase') : undefined;
    const { outside } = needs;
    const opening = openStation({
      ...{ dir, kind: 'command', hostWaitMs: outside && 0 },
      ...(needs.cloud ? { cloud: needs.cloud } : {}),
    });
    const station = await opening.catch((thrown: unknown) => {
      if (outside === undefined || !(thrown instanceof StationError)) throw thrown;
      return thrown;
    });
    if (station instanceof StationError) return outside?.(dir, station);
    try {
      const inKms = isInKms(station);
      const passphrase = inKms ? undefined : (given ?? (await passphraseTyped(needs)));
      if (passphrase !== undefined) await unlock(station, passphrase, `${userInfo().username} (command line)`);
      const person = operatingSystemUser(passphrase === undefined ? 'qa' : 'engineer');
      const client = createClient(station.connect('cli', options.badge ? undefined : person));
      const acting = options.badge ? await signIn(client, options.badge, options.pinFile) : person;
      await noteOfPin(client);
      const actor = `${acting.name} (${acting.badge})`;
      const act = async () => {
        assertRole(acting, needs.roles);
        if (inKms) await openInKms(station, needs, acting, actor);
        else if (needs.ca === true && passphrase === undefined)
          throw new StationError('ca.locked', 'this needs the CA: give --passphrase-file');
        return body({ station, client, actor });
      };
      return await act().catch((thrown) => {
        if (options.badge || passphrase !== undefined) throw thrown;
        throw withRemedy(thrown, inKms);
      });
    } finally {
      await station.close();
    }
  });
}

/** What a command reads from a station besides its work, as the operating-system user. */
export async function readStation<R>(data: string | undefined, body: (client: Station) => Promise<R>): Promise<R> {
  const station = await openStation({ dir: data ?? dataFolder('real'), kind: 'command' });
  return body(createClient(station.connect('cli', operatingSystemUser('qa')))).finally(() => station.close());
}

const passphraseTyped = async ({ ca }: SessionNeeds): Promise<string | undefined> =>
  ca === true ? askSecret('CA passphrase: ') : undefined;

/** Tells whether the active CA has no passphrase. */
const isInKms = ({ parts }: StationHandle): boolean =>
  parts.authority.issuing().some(({ record, custody }) => record.active && custody.kind === 'kms');

/** Opens the CA for this command alone. The caller must be an engineer, unless the command names other roles. */
async function openInKms(station: StationHandle, needs: SessionNeeds, acting: Person, actor: string): Promise<void> {
  if (needs.ca === true) {
    assertRole(acting, needs.roles ?? ['engineer']);
    return unlock(station, '', actor);
  }
  if (needs.ca !== 'useful' || acting.role !== 'engineer') return;
  await unlock(station, '', actor).catch((thrown) => {
    note(`the CA stays closed: ${thrown instanceof StationError ? thrown.detail : String(thrown)}`);
  });
}

function assertRole({ role }: Person, roles: readonly Role[] | undefined): void {
  if (roles === undefined || roles.includes(role)) return;
  throw new StationError('session.forbidden', `a ${role} may not do this`, { data: { role } });
}

/** Adds the way to get the rights to a refusal for lack of rights. */
function withRemedy(thrown: unknown, inKms: boolean): unknown {
  if (!(thrown instanceof StationError) || thrown.code !== 'session.forbidden') return thrown;
  const detail = inKms
    ? "the CA's key is in AWS KMS, so that no passphrase gives rights: sign in with --badge and a PIN"
    : 'this needs more rights: give --passphrase-file, or sign in with --badge';
  return new StationError('session.forbidden', detail, { data: thrown.data });
}

/** Unlocking leaves an entry for every actor, and so does failing to unlock. */
async function unlock({ parts }: StationHandle, secret: string, actor: string): Promise<void> {
  const subject = parts.authority.issuer.issuerId;
  try {
    for (const issuerId of await parts.authority.unlock(secret))
      await parts.ledger.audit({ entry: 'ca.unlocked', actor, subject: issuerId, data: {} });
  } catch (thrown) {
    const code = thrown instanceof StationError ? thrown.code : 'internal';
    await parts.ledger.audit({ entry: 'ca.unlockRefused', actor, subject, data: { code } });
    throw thrown;
  }
}

async function signIn(client: Station, badge: string, pinFile: string | undefined): Promise<Person> {
  const pin = pinFile ? await secretFrom(pinFile, 'PIN') : await askSecret('PIN: ');
  if (pin === undefined) throw new StationError('call.badParams', `the PIN of ${badge} is needed: give --pin-file`);
  return client.call('session.signIn', { badge, pin });
}

/** The PIN works, but the station asks for stronger ones now, or for one's own. */
async function noteOfPin(client: Station): Promise<void> {
  const { person } = await client.call('session.current', {});
  if (person?.pinProblem === undefined) return;
  const why = person.pinProblem === 'given' ? 'an engineer gave this PIN' : 'this PIN is too easy to guess';
  note(`${person.badge}: ${why}; change it with "people change-pin"`);
}

const operatingSystemUser = (role: Person['role']): Person => ({
  personId: 0,
  name: userInfo().username,
  badge: operatingSystemBadge,
  role,
});
