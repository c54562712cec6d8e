import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { driverSettings, unitSerial } from '../../app/contract/model.ts';
import type { Ports } from '../../app/device/channel.ts';
import type { DriverSettings } from '../../app/device/driver.ts';
import { driverNamed, drivers } from '../../app/device/drivers/index.ts';
import { recognise, recognitionLine } from '../../app/device/recognise.ts';
import { type Interlock, lockError, runUnit, startAttempt } from '../../app/line/index.ts';
import { systemClock } from '../clock.ts';
import { type CommonOptions, exitCodeOf, inStation, note, print, withPassphrase, withStation } from './session.ts';

type RunOptions = CommonOptions & {
  port: string;
  driver?: string;
  unitSerial: string;
  order?: string;
  secTag?: string;
  shell?: string;
};

export function addLine(program: Command): void {
  const line = program.command('line').description('provision units');
  withPassphrase(withStation(line.command('run')))
    .description('provision one unit on one port')
    .requiredOption('--port <path>', 'the serial port')
    .option(
      '--driver <name>',
      `the protocol its firmware speaks; "auto" asks the device (default: the recipe's, or agent)`,
    )
    .requiredOption('--unit-serial <serial>', "the serial on the unit's label")
    .option('--order <id>', 'the order (default: the active one)')
    .option('--sec-tag <n>', 'security tag for key and certificate (nrf91, zephyr)')
    .option('--shell <form>', 'how AT commands are wrapped (nrf91): raw, at or auto')
    .action((options: RunOptions) =>
      inStation(options, { ca: true, roles: ['operator', 'engineer'] }, async ({ station, actor }) => {
        const { parts } = station;
        const serial = unitSerial.safeParse(options.unitSerial);
        if (!serial.success)
          throw new StationError('unit.badSerial', 'a unit serial has letters, digits, ":", "_" and "-"');
        const orderId = options.order ?? (await parts.ledger.activeOrder())?.orderId;
        if (orderId === undefined) throw new StationError('order.none', 'no order is active; give --order');
        assertFree(parts.bench.snapshot().interlocks);
        const settings = settingsOf(options);
        const name = await driverName(options, parts.ports, settings);
        const recipe = await parts.recipes.forOrder(orderId, { driver: name ?? 'agent', settings });
        if (name !== undefined && recipe.driver !== name) {
          const detail = `order ${orderId} is made with ${recipe.driver}, not ${name}`;
          throw new StationError('call.badParams', detail, { data: { path: 'driver' } });
        }
        if (Object.entries(settings).some(([key, value]) => recipe.settings[key as keyof DriverSettings] !== value)) {
          const detail = `recipe ${recipe.mark.name} has its own settings; leave out --sec-tag and --shell`;
          throw new StationError('call.badParams', detail, { data: { path: 'settings' } });
        }
        const job = { unitSerial: serial.data, orderId, slotId: null, actor };
        const start = await startAttempt(job, recipe, parts.lineTools);
        const stop = new AbortController();
        const onSignal = () => stop.abort();
        process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
        const result = await runUnit({
          job,
          start,
          tools: parts.lineTools,
          open: (settings) => parts.ports.open(options.port, settings),
          onSteps: options.json ? () => {} : stepPrinter(),
          signal: stop.signal,
        });
        process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
        const { outcome, certificateId, steps, error } = result;
        const shown = {
          unitSerial: result.unitSerial,
          outcome,
          certificateId,
          steps: steps.map(({ name, ms }) => ({ name, ms: Math.round(ms * 10) / 10 })),
          link: result.link,
          ms: Math.round(result.ms),
          ...(error ? { error: error.toJSON() } : {}),
        };
        print(options, shown, () =>
          error
            ? `${outcome}  ${result.unitSerial}  ${error.code}: ${error.detail}`
            : `${outcome}  ${result.unitSerial}  ${certificateId}`,
        );
        if (!error) return 0;
        return exitCodeOf(error);
      }),
    );
}

/** Those of the station itself: who is signed in, and which order is active, is the bench's business. */
function assertFree(interlocks: Interlock[]): void {
  const others: readonly Interlock['reason'][] = ['signedOut', 'noOrder', 'orderFull', 'noRecipe', 'recipeOutdated'];
  const first = interlocks.find(({ reason }) => !others.includes(reason));
  if (first) throw lockError(first);
}

function settingsOf({ secTag, shell }: RunOptions): DriverSettings {
  const given = {
    ...(secTag === undefined ? {} : { secTag: Number(secTag) }),
    ...(shell === undefined ? {} : { shell }),
  };
  const settings = driverSettings.safeParse(given);
  if (settings.success) return settings.data;
  throw new StationError('call.badParams', '--sec-tag is a number from 0 to 2147483647, --shell is raw, at or auto');
}

/** Throws `call.badParams`, and `device.incompatible` where none of them is spoken at the other end. */
async function driverName(
  { driver, port }: RunOptions,
  ports: Ports,
  settings: DriverSettings,
): Promise<string | undefined> {
  if (driver !== 'auto') return driver === undefined ? undefined : driverNamed(driver).name;
  const channel = await ports.open(port, recognitionLine);
  try {
    const found = await recognise(channel, Object.values(drivers), { clock: systemClock, settings });
    if (found !== 'unknown') return found.name;
  } finally {
    await channel.close();
  }
  const names = Object.keys(drivers).join(', ');
  throw new StationError('device.incompatible', `the device at ${port} speaks none of ${names}`);
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
