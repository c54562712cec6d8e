import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type Scanned, unitSerial } from '../../app/contract/model.ts';
import { driverNamed, driverNames, usualDriver } from '../../app/device/drivers/index.ts';
import {
  beginWork,
  goldenOf,
  type Interlock,
  isGolden,
  lockError,
  type Recipe,
  runWork,
  type UnitResult,
} from '../../app/line/index.ts';
import { checkedSettings, recogniseAt, type StationParts } from '../../app/station/index.ts';
import {
  type CommonOptions,
  exitCodeOf,
  inStation,
  note,
  print,
  withPassphrase,
  withRights,
  withStation,
} from './command.ts';
import { settingsGiven, withDriverSettings } from './driverflags.ts';
import { asScanned } from './labels.ts';

type RunOptions = CommonOptions & {
  port: string;
  driver?: string;
  unitSerial?: string;
  label?: string;
  order?: string;
};

export function addLine(program: Command): void {
  const line = program.command('line').description('provision units');
  const run = withPassphrase(withStation(line.command('run')))
    .description('provision one unit on one port')
    .requiredOption('--port <path>', 'the serial port')
    .option(
      '--driver <name>',
      `the protocol its firmware speaks: ${driverNames.join(', ')}; auto asks the device (default: the recipe's, or ${usualDriver})`,
    )
    .option('--unit-serial <serial>', "the serial on the unit's label")
    .option(
      '--label <text>',
      'or the label as a scanner sends it, read by the rules in use; <GS> stands for the separator of GS1',
    )
    .option('--order <id>', 'the order (default: the active one)');
  withDriverSettings(run).action((options: RunOptions) =>
    inStation(options, { ca: true, roles: ['operator', 'engineer'] }, async ({ station: { parts }, actor }) => {
      const orderId = options.order ?? (await parts.ledger.activeOrder())?.orderId;
      if (orderId === undefined) throw new StationError('order.none', 'no order is active; give --order');
      const named = await unitNamed(options, orderId, parts);
      assertFree(parts.bench.interlocks());
      const recipe = await recipeFor(orderId, options, parts);
      const job = { ...named, orderId, slotId: null, actor };
      const passedAt = recipe.goldenUnit && (await parts.ledger.goldenPassedAt(recipe.goldenUnit.unitSerial));
      const golden = isGolden(goldenOf(recipe, passedAt, parts.clock.now()), job.unitSerial);
      const work = { job, recipe, golden };
      const place = { ports: parts.ports, port: options.port, name: options.port };
      const start = await beginWork(work, place, parts.lineTools);
      const stop = new AbortController();
      const onSignal = () => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal).once('SIGHUP', onSignal);
      const stopWatching = parts.power.onSuspend((reason) => stop.abort(reason));
      const onSteps = options.json ? () => {} : stepPrinter();
      const result = await runWork(work, start, { place, tools: parts.lineTools, onSteps, signal: stop.signal });
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
      stopWatching();
      return tell(result, options);
    }),
  );

  withRights(withStation(line.command('release')))
    .description(
      'after repeated station errors, or a clock that was set: an engineer has looked, and the line may go on',
    )
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client, station: { parts } }) => {
        await client.call('bench.release', {});
        const interlocks = parts.bench.interlocks().filter(({ reason }) => !ofTheBench.includes(reason));
        print(options, { interlocks }, () => interlocks.map(({ detail }) => detail).join('\n') || 'released');
        return 0;
      }),
    );
}

/** By its serial as it is, or by its label, which has to be that of a unit of this order. */
async function unitNamed(
  { unitSerial: given, label }: RunOptions,
  orderId: string,
  { labels }: StationParts,
): Promise<{ unitSerial: string; scanned?: Scanned }> {
  if ((given === undefined) === (label === undefined))
    throw new StationError('call.badParams', 'give --unit-serial or --label');
  if (label !== undefined) {
    const text = asScanned(label);
    const { kind: _, unitSerial: read, ...rest } = await labels.unitOf(text, { orderId });
    return { unitSerial: read, scanned: { text, ...rest } };
  }
  const serial = unitSerial.safeParse(given);
  if (serial.success) return { unitSerial: serial.data };
  throw new StationError('unit.badSerial', 'a unit serial has letters, digits, ":", "_" and "-"');
}

function tell(result: UnitResult, options: RunOptions): number {
  const { unitSerial, outcome, certificateId, steps, link, error } = result;
  const shown = {
    unitSerial,
    outcome,
    certificateId,
    steps: steps.map(({ name, ms }) => ({ name, ms: Math.round(ms * 10) / 10 })),
    link,
    ms: Math.round(result.ms),
    ...(error ? { error: error.toJSON() } : {}),
  };
  print(options, shown, () =>
    error ? `${outcome}  ${unitSerial}  ${error.code}: ${error.detail}` : `${outcome}  ${unitSerial}  ${certificateId}`,
  );
  return error ? exitCodeOf(error) : 0;
}

/** Who is signed in, and which order is active, is the bench's business; an order that is named says the rest itself. */
const ofTheBench: readonly Interlock['reason'][] = ['signedOut', 'noOrder', 'orderFull', 'noRecipe', 'recipeOutdated'];

function assertFree(interlocks: Interlock[]): void {
  const first = interlocks.find(({ reason }) => !ofTheBench.includes(reason));
  if (first) throw lockError(first);
}

/** A written recipe decides on the driver and its settings; the flags are for the standard one. */
async function recipeFor(orderId: string, options: RunOptions, parts: StationParts): Promise<Recipe> {
  const given = settingsGiven(options);
  const { driver } = options;
  const named = driver === undefined || driver === 'auto' ? undefined : driverNamed(driver).name;
  const recipe = await parts.recipes.forOrder(orderId, { driver: named ?? usualDriver, settings: given });
  if (recipe.mark.version === 0) {
    if (driver !== 'auto') {
      checkedSettings(driverNamed(recipe.driver), given);
      return recipe;
    }
    return parts.recipes.forOrder(orderId, { driver: await recogniseAt(options.port, given, parts), settings: given });
  }
  const contradicts = named !== undefined && named !== recipe.driver;
  if (!contradicts && Object.keys(given).length === 0) return recipe;
  const detail = `order ${orderId} is made by ${recipe.mark.name}, which says driver ${recipe.driver} and its settings`;
  throw new StationError('call.badParams', detail, { data: { path: contradicts ? 'driver' : 'settings' } });
}

function stepPrinter() {
  const printed = new Set<string>();
  return (steps: { name: string; state: string; ms?: number | undefined }[]) => {
    for (const step of steps) {
      if (step.state !== 'done' || printed.has(step.name)) continue;
      printed.add(step.name);
      note(`  ${step.name.padEnd(9)} ${(step.ms ?? 0).toFixed(0).padStart(6)} ms`);
    }
  };
}
