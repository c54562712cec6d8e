/** `window`: the settings of the program's window on this PC, without the window. They belong to no station. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/index.ts';
import { firstIssue } from '../../app/contract/issues.ts';
import { windowChange } from '../../app/contract/window.ts';
import { windowFile } from '../datafolders.ts';
import { openSettings, readSettings } from '../electron/settings.ts';
import { wholeNumber } from '../numbers.ts';
import { conclude, print } from './command.ts';

type ShowOptions = { json?: boolean };
type SetOptions = ShowOptions & {
  kiosk?: string;
  zoom?: string;
  printer?: string;
  monitor?: string;
  graphics?: string;
};

export function addWindow(program: Command): void {
  const window = program.command('window').description('the program’s window on this computer, for the next start');
  const json = (command: Command) => command.option('--json', 'print one JSON value on stdout and nothing else there');
  const show = (options: ShowOptions) => {
    const settings = readSettings(windowFile());
    print(options, { file: windowFile(), settings }, () => JSON.stringify(settings, null, 2));
  };

  json(window.command('show'))
    .description('show the settings')
    .action((options: ShowOptions) =>
      conclude(options, async () => {
        show(options);
        return 0;
      }),
    );

  json(window.command('set'))
    .description('change settings while the program does not run; others stay as they are')
    .option('--kiosk <on|off>', 'fill the screen, and let only an engineer leave it')
    .option('--zoom <percent>', 'size of everything, 50 to 200')
    .option('--printer <name>', 'the system’s name of the printer that prints at once; "ask" for the dialog')
    .option('--monitor <first>', 'back to the first monitor of the system; another one is chosen on the Station screen')
    .option('--graphics <hardware|software>', 'draw with the graphics card or without')
    .action((options: SetOptions) =>
      conclude(options, async () => {
        await openSettings(windowFile()).save(changeOf(options));
        show(options);
        return 0;
      }),
    );
}

/** @throws `call.badParams` – when a value is not one of those in the help */
function changeOf({ kiosk, zoom, printer, monitor, graphics }: SetOptions) {
  const switches: Record<string, boolean> = { on: true, off: false };
  if (monitor !== undefined && monitor !== 'first') throw new StationError('call.badParams', '--monitor takes "first"');
  const read = windowChange.safeParse({
    ...(kiosk === undefined ? {} : { kiosk: switches[kiosk] ?? kiosk }),
    ...(zoom === undefined ? {} : { zoomPercent: wholeNumber(zoom, '--zoom') }),
    ...(printer === undefined ? {} : { printer: printer === 'ask' ? null : printer }),
    ...(monitor === undefined ? {} : { display: null }),
    ...(graphics === undefined ? {} : { graphics }),
  });
  if (read.success) return read.data;
  throw new StationError('call.badParams', firstIssue(read.error.issues).detail);
}
