/** Puts the commands together. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { version } from '../version.ts';
import { addAdmin } from './admin.ts';
import { addAudit } from './audit.ts';
import { addBackups } from './backups.ts';
import { addBatch } from './batch.ts';
import { addCeremony } from './ceremony.ts';
import { addDesk } from './charts.ts';
import { addCheckpoints } from './checkpoints.ts';
import { addClaim } from './claim.ts';
import { addCloud } from './cloud.ts';
import { print } from './command.ts';
import { addConnections } from './connections.ts';
import { addConnectionsWhy } from './connectionswhy.ts';
import { addGiveUp } from './giveup.ts';
import { addHierarchy } from './hierarchy.ts';
import { addInit } from './init.ts';
import { addScan } from './labels.ts';
import { addLine } from './line.ts';
import { addModules } from './modules.ts';
import { addPlant } from './plant.ts';
import { addPolicy } from './policy.ts';
import { addPractice } from './practice.ts';
import { addProfiles } from './profile.ts';
import { addRecipes } from './recipes.ts';
import { addRevocation } from './revoke.ts';
import { addServe } from './serve.ts';
import { addCa } from './sign.ts';
import { addStationBackups } from './stationbackups.ts';
import { addTarget } from './target.ts';
import { addTemplate } from './template.ts';
import { addUnits } from './units.ts';
import { addWindow } from './window.ts';
import { addWitness } from './witness.ts';

/** All commands with their options, as `--help` shows them. `show` takes the text of help. */
export function createProgram(show = (text: string): unknown => process.stdout.write(text)): Command {
  const program = new Command('birthmark')
    .description(
      'A factory provisioning station: devices make their keys, the station certifies, records and registers them.',
    )
    .version(version)
    // Keeps `recipes approve NAME --version 2` from being taken for the program's own `--version`.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for the options of this command)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void show(text) })
    .hook('preAction', (_program, command) => assertFilled(command));

  addInit(program);
  const ca = addCa(program);
  addRevocation(ca);
  addHierarchy(ca);
  addModules(ca);
  addCeremony(ca);
  addBackups(ca);
  addGiveUp(ca);
  addProfiles(program);
  addRecipes(program);
  addLine(program);
  addUnits(program);
  addScan(program);
  addTarget(program);
  addBatch(program);
  addCloud(program);
  addClaim(program);
  addConnections(program);
  addConnectionsWhy(program);
  addTemplate(program);
  addAudit(program);
  addDesk(program);
  addCheckpoints(program);
  addWitness(program);
  addStationBackups(program);
  addPlant(program);
  addPolicy(program);
  addPractice(program);
  addServe(program);
  addAdmin(program);
  addWindow(program);
  takeOnce(program);
  return program;
}

/**
 * Of an option that stands twice only one value would count, without a word. And a value that is itself the name of an
 * option was forgotten: `--model --quantity 3`.
 */
function takeOnce(command: Command): void {
  for (const option of command.options) {
    if (!option.required || option.variadic || option.parseArg !== undefined) continue;
    let isGiven = false;
    option.argParser((value: string) => {
      if (isGiven) throw new InvalidArgumentError('The option stands twice.');
      isGiven = true;
      if (command.options.some(({ long, short }) => value === long || value === short))
        throw new InvalidArgumentError('It is an option itself: the value is missing.');
      return value;
    });
  }
  for (const each of command.commands) takeOnce(each);
}

/** An empty prefix of keys is one: there is none. */
const mayBeEmpty = ['--prefix'];

/**
 * An empty value is most often a variable of a script that is not set. Taken for a flag that is left out, an empty
 * `--badge` would let another person act.
 */
function assertFilled(command: Command): void {
  for (const [index, argument] of command.registeredArguments.entries())
    if ([command.processedArgs[index]].flat().includes(''))
      command.error(`error: argument '${argument.name()}' has no value`);
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const value: unknown = command.getOptionValue(name);
    const isEmpty = value === '' || (Array.isArray(value) && value.includes(''));
    if (isEmpty && !mayBeEmpty.includes(option.long ?? ''))
      command.error(`error: option '${option.flags}' has no value`);
  }
  const { badge, pinFile } = command.opts<{ badge?: string; pinFile?: string }>();
  const mayNameBadge = command.options.some(({ long }) => long === '--badge');
  if (mayNameBadge && pinFile !== undefined && badge === undefined)
    command.error("error: option '--pin-file <file>' needs --badge, which says whose PIN it is");
}

const asksHelp = ['help', '--help', '-h'];

/**
 * The command whose help is asked for before its name is complete: `help orders make`, `orders -h make`. Commander takes
 * the nearest group for any name that is not there, as if that were meant.
 *
 * @throws CommanderError – a name is no command, or an option is none
 */
function helpOf(program: Command, args: readonly string[]): Command | undefined {
  if (!args.some((word) => asksHelp.includes(word))) return undefined;
  let at = program;
  let isAsked = false;
  for (const word of args) {
    if (at.commands.length === 0) break;
    const next = at.commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (next) at = next;
    else if (asksHelp.includes(word)) isAsked = true;
    else if (word === '--' || at.options.some(({ long, short }) => [long, short].includes(word.split('=', 1)[0])))
      return undefined;
    else if (word !== '--json') refuse(word, at);
  }
  return isAsked ? at : undefined;
}

/** Refuses a word in a group, with the names that are near: a group that is a command itself takes it for an argument. */
function refuse(word: string, group: Command): void {
  const names = new Command(group.name()).copyInheritedSettings(group);
  for (const command of group.createHelp().visibleCommands(group)) names.command(command.name());
  names.parse([word], { from: 'user' });
}

/**
 * Runs one command line (without the program's name). Output goes to stdout and stderr. The exit code: 0 done, 1
 * refused or the unit failed, 2 usage, 3 station or cloud error.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const isJson = args.includes('--json');
  let shown = '';
  const program = createProgram(
    isJson
      ? (text) => {
          shown += text;
        }
      : undefined,
  );
  process.exitCode = undefined;
  try {
    helpOf(program, args)?.help();
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) {
      if (isJson)
        print(
          { json: true },
          { [thrown.code === 'commander.version' ? 'version' : 'help']: shown.trimEnd() },
          () => '',
        );
      return 0;
    }
    // stderr has the words for people already. A program that reads JSON gets its one value.
    const error = new StationError('call.badParams', thrown.message.replace(/^error: /, '').replaceAll('\n', ' '));
    if (isJson) print({ json: true }, { error }, () => '');
    return 2;
  }
  return Number(process.exitCode ?? 0);
}
