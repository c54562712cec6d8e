/** `orders import`: orders from a CSV, XLSX or JSON file. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import {
  badOrderFile,
  maxOrderFileBytes,
  type OrderOverlap,
  type OrderPreview,
  tooManyBytes,
} from '../../app/contract/model.ts';
import { writeOut } from '../../app/station/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { bytesFrom } from './givenfile.ts';
import { untilStopped } from './steps.ts';

type Options = CommonOptions & { dryRun?: boolean; partial?: boolean; refused?: string };

export function addOrderFiles(orders: Command): void {
  withRights(withStation(orders.command('import').argument('<file>', 'a .csv, .xlsx or .json file')))
    .description('make the orders of a file; an order with a wrong row is not made')
    .option('--dry-run', 'only say what would be made and what is wrong')
    .option('--partial', 'take the good rows of an order with wrong rows')
    .option('--refused <file>', 'write the rows that are not taken here, as CSV with the reason in the last column')
    .action((file: string, options: Options) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const bytes = await bytesFrom(file).catch((cause: unknown) => {
          throw cause instanceof StationError ? badOrderFile('fileUnread', cause.detail, { cause }) : cause;
        });
        if (bytes.length > maxOrderFileBytes) throw tooManyBytes(bytes.length);
        const params = { name: basename(file), base64: bytes.toString('base64') };
        const { made, preview } = options.dryRun
          ? { made: [], preview: await client.call('orders.preview', params) }
          : await untilStopped(
              client.call('orders.import', { ...params, partial: options.partial === true }),
              'stopped: the orders that were made stay, and the same file again makes the others',
            );
        if (options.refused !== undefined && preview.refusedCsv !== null)
          await writeOut(options.refused, preview.refusedCsv);
        print(options, { made, ...preview }, () => linesOf(made, preview, options.dryRun === true).join('\n'));
        return preview.badRows > 0 ? 1 : 0;
      }),
    );
}

/** What a planner should know before the line finds it: a unit belongs to the order that it is begun in. */
export const overlapLines = (orderId: string, overlaps: readonly OrderOverlap[]): string[] =>
  overlaps.map((other) => `warning: ${orderId} and ${other.orderId} are both for ${other.serials}`);

function linesOf(made: readonly string[], { orders, problems, rows, badRows }: OrderPreview, dry: boolean): string[] {
  const words = { new: dry ? 'would be made' : 'made', same: 'is on record already', bad: 'not made' };
  return [
    ...orders.flatMap(({ orderId, model, quantity, standing, overlaps }) => [
      standing === 'bad'
        ? `${orderId || '(no number)'}: not made`
        : `${orderId}: ${quantity} of ${model}, ${words[standing]}`,
      ...overlapLines(orderId, overlaps),
    ]),
    ...problems.map(({ row, column, detail }) => `row ${row}${column === null ? '' : `, ${column}`}: ${detail}`),
    `${rows} rows, ${badRows} not taken, ${made.length} orders made`,
  ];
}
