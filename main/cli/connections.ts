/** `connections`: whether units have connected to their targets for the first time. */
import { basename, dirname, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type ConnectionCheck,
  type ConnectionFilter,
  connectionPages,
  connectionReason,
  connectionState,
  csvHead,
  csvRows,
  type FirstConnection,
  jsonRows,
  type Station,
  StationError,
} from '../../app/contract/index.ts';
import { writeLinesFile } from '../../app/registration/linesfile.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, note, print, withStation } from './command.ts';

type FilterOptions = CommonOptions & { order?: string; target?: string; state?: string; reason?: string };
type ListOptions = FilterOptions & { limit: string };
type ExportOptions = FilterOptions & { out: string };
type CheckOptions = CommonOptions & { order?: string; target?: string };

const pageSize = 500;

const withFilter = (command: Command): Command =>
  withStation(command)
    .option('--order <id>', 'the units of this order')
    .option('--target <name>', 'the connections to this target')
    .option('--state <state>', `one of ${connectionState.options.join(', ')}`)
    .option('--reason <reason>', `what is wrong: one of ${connectionReason.options.join(', ')}`);

/** Adds `connections list`, `check`, `export` and `show`. */
export function addConnections(program: Command): void {
  const connections = program
    .command('connections')
    .description('first connections: whether each unit has connected to its target');

  withFilter(connections.command('list'))
    .description('list units with the state of their first connection, by unit serial')
    .option('--limit <n>', 'the most rows to list', String(pageSize))
    .action((options: ListOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        await station.parts.connectionWatch.enrol();
        const limit = wholeNumber(options.limit, '--limit');
        const { total, rows } = await client.call('connections.list', { ...filterOf(options), limit });
        const { total: counts } = await client.call('connections.snapshot', {});
        print(options, { total, counts, rows }, () => listText(rows, total));
        return 0;
      }),
    );

  withStation(connections.command('show').argument('<serial>', 'the unit serial'))
    .description("one unit's first connections, one for each target")
    .action((unitSerial: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        await station.parts.connectionWatch.enrol();
        const rows = await client.call('connections.show', { unitSerial });
        print(options, rows, () => rows.map(rowText).join('\n') || `${unitSerial}: its recipe asks for no connection`);
        return 0;
      }),
    );

  withStation(connections.command('check'))
    .description('ask AWS once about each unit that has not connected, within the rates of the account')
    .option('--order <id>', 'only the units of this order')
    .option('--target <name>', 'only the connections to this target')
    .action((options: CheckOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const { order: orderId, target } = options;
        await client.call('connections.check', {
          ...(orderId === undefined ? {} : { orderId }),
          ...(target === undefined ? {} : { target }),
        });
        const { checks } = station.parts.connectionWatch;
        process.once('SIGINT', checks.stop);
        const result = (await checks.running()) ?? checks.last();
        process.removeListener('SIGINT', checks.stop);
        if (!result) return 3;
        const { total: counts } = await client.call('connections.snapshot', {});
        print(options, { ...result, counts }, () => checkText(result));
        if (result.error) note(`${result.error.code}: ${result.error.detail}`);
        return result.state === 'done' ? 0 : 3;
      }),
    );

  withFilter(connections.command('export'))
    .description('write the list to a file, whole or not at all: .csv, or .jsonl with one JSON object a line')
    .requiredOption('--out <file>', 'the file to write, ending with .csv or .jsonl')
    .action((options: ExportOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const file = resolve(options.out);
        const kind = extname(file);
        if (kind !== '.csv' && kind !== '.jsonl')
          throw new StationError('call.badParams', '--out ends with .csv or with .jsonl');
        await station.parts.connectionWatch.enrol();
        const parts = partsOf(client, filterOf(options), kind);
        const { digest } = await writeLinesFile(dirname(file), () => basename(file), parts.texts());
        print(options, { file, rows: parts.rows(), digest }, () => `${file}: ${parts.rows()} rows`);
        return 0;
      }),
    );
}

/** @throws `call.badParams` – names the flag */
function filterOf({ order, target, state, reason }: FilterOptions): ConnectionFilter {
  const known = <T>(flag: string, value: string | undefined, schema: { options: readonly T[] }): T | undefined => {
    if (value === undefined) return undefined;
    const found = schema.options.find((one) => one === value);
    if (found === undefined) throw new StationError('call.badParams', `${flag} is one of ${schema.options.join(', ')}`);
    return found;
  };
  return {
    ...(order === undefined ? {} : { orderId: order }),
    ...(target === undefined ? {} : { target }),
    ...(state === undefined ? {} : { state: known('--state', state, connectionState) }),
    ...(reason === undefined ? {} : { reason: known('--reason', reason, connectionReason) }),
  };
}

/** The file in parts, a page of rows each: only one page is in memory. */
function partsOf(client: Station, filter: ConnectionFilter, kind: '.csv' | '.jsonl') {
  let count = 0;
  async function* texts(): AsyncGenerator<string> {
    if (kind === '.csv') yield csvHead;
    for await (const rows of connectionPages((page) => client.call('connections.list', page), filter)) {
      yield kind === '.csv' ? csvRows(rows) : jsonRows(rows);
      count += rows.length;
    }
  }
  return { texts, rows: () => count };
}

const rowText = ({ unitSerial, target, state, reason, ...row }: FirstConnection): string => {
  const when = row.connectedAt ?? `due ${row.dueAt}`;
  const who = row.clientId === null ? '' : ` as ${row.clientId}${row.sourceIp === null ? '' : ` from ${row.sourceIp}`}`;
  const why = reason === null ? '' : `  ${reason}${row.tries > 0 ? ` (came ${row.tries} times)` : ''}`;
  return `${unitSerial.padEnd(24)} ${target.padEnd(12)} ${row.way.padEnd(12)} ${state.padEnd(10)} ${when}${who}${why}`;
};

const listText = (rows: readonly FirstConnection[], total: number): string =>
  total === 0
    ? 'No unit is waited for. A recipe with "provisioning" or "firstConnection" asks for it.'
    : [...rows.map(rowText), `${rows.length} of ${total}`].join('\n');

const checkText = ({ state, total, done, changed }: ConnectionCheck): string =>
  `${state}: asked about ${done} of ${total}; ${changed} have another state now`;
