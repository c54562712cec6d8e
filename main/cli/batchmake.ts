import type { Command } from 'commander';
import { type Params, StationError } from '../../app/contract/index.ts';
import { type BatchRow, batchWay, unitSerial } from '../../app/contract/model.ts';
import { timeOf } from '../times.ts';
import { type CommandSession, type CommonOptions, inStation, note, print, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';

type MakeOptions = CommonOptions & {
  target?: string[];
  way?: string;
  order?: string;
  since?: string;
  until?: string;
  state?: string;
  file?: string;
};
type Choice = Params<'batches.make'>;

const states = ['passed', 'rejected', 'registered'] as const;
const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** Adds `batch make`. */
export function addBatchMake(batch: Command): void {
  withRights(withStation(batch.command('make')))
    .description('make a batch of the units that passed and are in no batch of the target yet')
    .option(
      '--target <name>',
      'the account and Region; repeated, a batch for each (default: the first target)',
      collect,
    )
    .option(
      '--way <way>',
      `how they are registered: ${batchWay.options.join(', ')} (default: as the recipe of the order says, else bulk)`,
    )
    .option('--order <id>', 'only units of this order')
    .option('--since <time>', 'only units that passed from this time on, e.g. 2026-11-21')
    .option('--until <time>', 'only units that passed before this time; a day such as 2026-11-22 counts to its end')
    .option('--state <state>', `only units in this state: ${states.join(', ')}`)
    .option('--file <serials>', 'only these units: a text file with a unit serial on each line')
    .action((options: MakeOptions) =>
      inStation(options, { ca: false }, async (session) => {
        const choice = await choiceOf(options);
        const { target: targets = [] } = options;
        if (targets.length <= 1) {
          const made = await whole(session, { ...choice, ...(targets[0] && { target: targets[0] }) });
          if (options.way === undefined && options.order !== undefined)
            note(`The way is ${made.way}, that of ${options.order}.`);
          print(options, shown(made), () => madeText(made));
          return 0;
        }
        return inEach(session, choice, options);
      }),
    );
}

/** A batch for each target. A target that has every unit already does not keep the others from theirs. */
async function inEach(session: CommandSession, choice: Choice, options: MakeOptions): Promise<number> {
  const rows: BatchRow[] = [];
  let without = 0;
  for (const target of new Set(options.target)) {
    try {
      rows.push(await whole(session, { ...choice, target }));
    } catch (error) {
      if (!(error instanceof StationError && error.code === 'batch.empty')) throw error;
      note(`${target}: no unit is ready`);
      without += 1;
    }
  }
  print(options, rows.map(shown), () => rows.map(madeText).join('\n'));
  return without > 0 ? 1 : 0;
}

/** Makes a batch and waits until it has all its members, however many they are. */
async function whole({ client, station }: CommandSession, choice: Choice): Promise<BatchRow> {
  const row = await client.call('batches.make', choice);
  return (
    (await station.parts.batchJobs.making(row.batchId)?.done) ?? client.call('batches.show', { batchId: row.batchId })
  );
}

async function choiceOf({ order, since, until, state, file, way }: MakeOptions): Promise<Choice> {
  const known = states.find((name) => name === state);
  if (state !== undefined && known === undefined) {
    throw new StationError('call.badParams', `--state is one of ${states.join(', ')}`);
  }
  const chosenWay = batchWay.optional().safeParse(way);
  if (!chosenWay.success) throw new StationError('call.badParams', `--way is one of ${batchWay.options.join(', ')}`);
  return {
    ...(chosenWay.data && { way: chosenWay.data }),
    ...(order ? { orderId: order } : {}),
    ...(since === undefined ? {} : { since: timeOf(since, '--since', 'start') }),
    ...(until === undefined ? {} : { until: timeOf(until, '--until', 'after') }),
    ...(known ? { state: known } : {}),
    ...(file === undefined ? {} : { unitSerials: serialsOf(await textFrom(file), file) }),
  };
}

/** @throws call.badParams – the file has no unit serial, or a line that is none */
function serialsOf(text: string, file: string): string[] {
  const serials = new Set<string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const read = unitSerial.safeParse(line);
    if (!read.success) {
      const said = line.length > 80 ? `${line.slice(0, 80)}…` : line;
      const detail = `${file}, line ${index + 1}: ${JSON.stringify(said)} is no unit serial: ${read.error.issues[0]?.message}`;
      throw new StationError('call.badParams', detail, { data: { line: index + 1 } });
    }
    serials.add(read.data);
  }
  if (serials.size === 0) throw new StationError('call.badParams', `${file} has no unit serial`);
  return [...serials];
}

const shown = ({ batchId, target, way, count, digest }: BatchRow) => ({ batchId, target, way, count, digest });

const madeText = ({ batchId, target, way, count, digest }: BatchRow): string =>
  `${batchId}: ${count} units for ${target}${way === 'bulk' ? '' : ` by ${way}`}${digest === null ? '' : `, digest ${digest}`}`;
