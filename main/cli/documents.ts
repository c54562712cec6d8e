/** `list`, `show`, `save` and `retire` of templates and policies that the station keeps. */
import type { Command } from 'commander';
import type { DocumentKind, DocumentView } from '../../app/contract/documents.ts';
import { type Station, StationError } from '../../app/contract/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';

type Forms = {
  kind: DocumentKind;
  formOf: (options: SaveOptions) => DocumentView['form'];
  /** What `list --target` tells: those of an AWS account. */
  listInAws?: (client: Station, target: string, options: CommonOptions) => Promise<void>;
};
type ListOptions = CommonOptions & { target?: string };
type SaveOptions = CommonOptions & { kind?: string };
type ShowOptions = CommonOptions & { version?: string };

/** Adds the four commands. `describe` may add options to `save`, which `formOf` reads. */
export function addDocuments(
  command: Command,
  { kind, formOf, listInAws }: Forms,
  describe: (save: Command) => Command,
): void {
  const list = withStation(command.command('list'));
  if (listInAws) list.option('--target <name>', 'those of this AWS target instead');
  list.description(`list each ${kind} that the station keeps: its latest version`).action((options: ListOptions) =>
    inStation(options, { ca: false }, async ({ client }) => {
      if (listInAws && options.target !== undefined) {
        await listInAws(client, options.target, options);
        return 0;
      }
      const kept = latestOf(await client.call('documents.list', { kind }));
      print(options, kept, () => kept.map(lineOf).join('\n') || `no ${kind} is kept; see "save"`);
      return 0;
    }),
  );

  withStation(command.command('show'))
    .description(`print a ${kind} that the station keeps`)
    .argument('<name>', 'one of the list')
    .option('--version <n>', 'a version; without it the latest')
    .action((name: string, options: ShowOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const found = await documentNamed(client, kind, name, options.version);
        print(options, found, () => found.text.trimEnd());
        return 0;
      }),
    );

  describe(withRights(withStation(command.command('save'))))
    .description(`keep a ${kind} under a name, as its next version; one with problems is refused`)
    .argument('<name>', 'letters, digits and + = , . @ _ -')
    .argument('<file>', `the ${kind}, JSON`)
    .action((name: string, file: string, options: SaveOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const params = { kind, name, form: formOf(options), text: await textFrom(file) };
        const made = await client.call('documents.save', params);
        print(options, made, () => `${made.name} is kept as version ${made.version}`);
        return 0;
      }),
    );

  withRights(withStation(command.command('retire')))
    .description(`take a ${kind} from the list; its versions stay on record, and AWS is not asked`)
    .argument('<name>', 'one of the list')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('documents.retire', { kind, name });
        print(options, { name }, () => `${name} is retired`);
        return 0;
      }),
    );
}

type Kept = DocumentView & { text: string };

/** The latest version of each name that is not retired. */
function latestOf(all: readonly DocumentView[]): DocumentView[] {
  const byName = new Map(all.map((one) => [one.name, one]));
  return [...byName.values()].filter(({ text }) => text !== null);
}

/** @throws `document.notFound` */
async function documentNamed(client: Station, kind: DocumentKind, name: string, version?: string): Promise<Kept> {
  const all = await client.call('documents.list', { kind });
  const found =
    version === undefined
      ? latestOf(all).find((one) => one.name === name)
      : all.find((one) => one.name === name && String(one.version) === version);
  if (!found || found.text === null) {
    const which = version === undefined ? name : `${name} of version ${version}`;
    throw new StationError('document.notFound', `the station keeps no ${kind} ${which}`);
  }
  return { ...found, text: found.text };
}

const lineOf = ({ name, version, form, madeBy, madeAt }: DocumentView): string =>
  `${name}  version ${version}${form === 'iot' ? '' : ` (${form})`}, by ${madeBy} at ${madeAt}`;
