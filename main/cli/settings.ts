/** `station`: the settings of the Station screen, without a screen. */
import type { Command } from 'commander';
import { type Station, StationError } from '../../app/contract/index.ts';
import type { SlotConfig, TranscriptRule } from '../../app/contract/model.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { slotLineFrom } from './driverflags.ts';
import { lineWords } from './line.ts';
import { rulesFrom, scannersFrom } from './rulefile.ts';
import { keyboardScannerFrom } from './scannerfile.ts';
import { shiftsFrom } from './shiftflags.ts';
import { targetFrom } from './target.ts';

type SetOptions = CommonOptions & {
  endpoint?: string;
  region?: string;
  bucket?: string;
  roleArn?: string;
  policy?: string[];
  autoLockMinutes?: string;
  idleMinutes?: string;
  crlEveryHours?: string;
  crlValidDays?: string;
  rootCrlValidDays?: string;
  rules?: string;
  scanner?: string[];
  slotLine?: string[];
  keyboardScanner?: string;
  pinDigits?: string;
  pinReason?: string;
  shift?: string[];
  shiftZone?: string;
  transcriptDays?: string;
  transcriptCount?: string;
};

export function addSettings(station: Command): void {
  withStation(station.command('show'))
    .description('show the settings')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await printSettings(options, client);
        return 0;
      }),
    );

  withStation(station.command('lines'))
    .description(
      "show the line of each slot for the active order: a slot's choice comes before the recipe's, and that before the driver's",
    )
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const lines = await client.call('station.lines', {});
        print(options, lines, () =>
          lines.length === 0
            ? 'This station has no slots.'
            : lines.map((one) => `slot ${one.slotId}  ${one.driver}  ${lineWords(one.line)}`).join('\n'),
        );
        return 0;
      }),
    );

  withRights(withStation(station.command('set')))
    .description('change settings; others stay as they are')
    .option('--endpoint <host>', 'the host that the units connect to')
    .option('--region <region>', 'AWS Region of the default target; `target` has more')
    .option('--bucket <bucket>', 'S3 bucket for batch files')
    .option('--role-arn <arn>', 'the role AWS IoT assumes to read the file and register')
    .option('--policy <name...>', 'IoT policies to attach to each certificate')
    .option('--auto-lock-minutes <n>', 'minutes without a signature after which the CA is locked, 0 to 1440; 0 never')
    .option('--idle-minutes <n>', 'minutes without an act after which a person is signed out, 0 to 480; 0 never')
    .option('--crl-every-hours <n>', 'how often a CRL is made, 1 to 720 hours')
    .option('--crl-valid-days <n>', 'validity of a CRL, 1 to 365 days; it must be longer than the time to the next one')
    .option('--root-crl-valid-days <n>', "validity of a root's CRL, 30 to 1095 days")
    .option('--rules <file>', "the rules that tell badges, orders' labels and units' labels apart, as JSON")
    .option(
      '--keyboard-scanner <file>',
      'the keyboard scanner of another station (JSON of `station show`); none forgets it',
    )
    .option(
      '--scanner <port...>',
      'scanners on serial ports, each PORT[,suffix=cr|lf|crlf|tab|none][,baud=N][,prefix=P][,name=N]; none for no scanner',
    )
    .option(
      '--slot-line <slot...>',
      'the line of slots, each SLOT[,baud=N][,flowControl=none|rtscts|xonxoff][,dtr=on|off][,rts=on|off][,terminator=cr|lf|crlf|nul][,pieceBytes=N][,gapMs=N]; the number alone leaves all to recipe and driver',
    )
    .option('--pin-digits <n>', 'the least number of digits of a new PIN, 4 to 12; fewer than six need --pin-reason')
    .option('--pin-reason <text>', 'the reason for fewer than six; it is recorded')
    .option(
      '--shift <start...>',
      'every shift of the station, each HH:MM[,days=12345][,name=N]; days 1 to 7 from Monday, all without days=',
    )
    .option('--shift-zone <zone>', "the time zone of the shifts, e.g. Europe/Berlin; pc for that of the station's PC")
    .option('--transcript-days <n>', 'keep conversations of units that passed for so many days; none for no end')
    .option('--transcript-count <n>', 'keep the latest so many conversations of units that passed; none for all')
    .action((options: SetOptions) =>
      inStation(options, { ca: false }, async ({ station, client }) => {
        const { endpoint } = options;
        const { targets, crl, shifts, slots, transcripts } = station.parts.config.current();
        const autoLockMinutes = wholeNumber(options.autoLockMinutes, '--auto-lock-minutes');
        const idleMinutes = wholeNumber(options.idleMinutes, '--idle-minutes');
        const schedule = given({
          everyHours: wholeNumber(options.crlEveryHours, '--crl-every-hours'),
          validDays: wholeNumber(options.crlValidDays, '--crl-valid-days'),
        });
        const rootValidDays = wholeNumber(options.rootCrlValidDays, '--root-crl-valid-days');
        const leastDigits = wholeNumber(options.pinDigits, '--pin-digits');
        const { region, bucket, roleArn, policy } = options;
        const ofTarget = given({ region, bucket, roleArn, policy });
        const target = Object.keys(ofTarget).length === 0 ? undefined : targetFrom(ofTarget, targets[0] ?? null);
        await client.call('station.configure', {
          ...(endpoint === undefined ? {} : { device: { endpoint } }),
          ...(autoLockMinutes === undefined ? {} : { ca: { autoLockMinutes } }),
          ...(idleMinutes === undefined ? {} : { session: { idleMinutes } }),
          ...(options.rules === undefined ? {} : { scan: await rulesFrom(options.rules) }),
          ...(options.keyboardScanner === undefined
            ? {}
            : { keyboardScanner: await keyboardScannerFrom(options.keyboardScanner) }),
          ...(options.scanner === undefined ? {} : { scanners: scannersFrom(options.scanner) }),
          ...(options.slotLine === undefined ? {} : { slots: slotsWith(options.slotLine, slots) }),
          ...(leastDigits === undefined ? {} : { pins: { leastDigits, reason: options.pinReason ?? '' } }),
          ...(options.shift || options.shiftZone ? { shifts: shiftsFrom(options, shifts) } : {}),
          ...(options.transcriptDays || options.transcriptCount
            ? { transcripts: transcriptsFrom(options, transcripts) }
            : {}),
          ...(Object.keys(schedule).length === 0 ? {} : { crl: { ...crl, ...schedule } }),
          ...(rootValidDays === undefined ? {} : { rootCrl: { validDays: rootValidDays } }),
        });
        // The last one: its mistakes were found before, and what the station refuses has then changed nothing.
        if (target !== undefined) await client.call('targets.save', { target });
        await printSettings(options, client);
        return 0;
      }),
    );
}

async function printSettings(options: CommonOptions, client: Station): Promise<void> {
  const { targets, device, slots, session, scan, scanners, keyboardScanner, pins, shifts, transcripts } =
    await client.call('station.status', {});
  const { autoLockMinutes, rootCrlValidDays } = await client.call('ca.hierarchy', {});
  const { schedule: crl } = await client.call('crl.status', {});
  const settings = {
    targets,
    device,
    ca: { autoLockMinutes },
    session,
    crl,
    rootCrl: { validDays: rootCrlValidDays },
    scan,
    scanners,
    keyboardScanner,
    pins,
    shifts,
    transcripts,
  };
  print(options, { ...settings, slots }, () => JSON.stringify(settings, null, 2));
}

/** The slots with other lines; each named slot must be there. */
function slotsWith(texts: readonly string[], slots: readonly SlotConfig[]): SlotConfig[] {
  const lines = new Map(texts.map(slotLineFrom).map(({ slotId, line }) => [slotId, line]));
  const missing = [...lines.keys()].find((named) => !slots.some(({ slotId }) => slotId === named));
  if (missing !== undefined) throw new StationError('call.badParams', `--slot-line: there is no slot ${missing}`);
  return slots.map(({ line: before, ...slot }) => {
    const line = lines.get(slot.slotId) ?? before;
    return line === undefined || Object.keys(line).length === 0 ? slot : { ...slot, line };
  });
}

/** The rule for conversations with what was given. */
function transcriptsFrom({ transcriptDays, transcriptCount }: SetOptions, before: TranscriptRule): TranscriptRule {
  const part = (text: string | undefined, flag: string, now: number | null) =>
    text === 'none' ? null : (wholeNumber(text, flag) ?? now);
  return {
    days: part(transcriptDays, '--transcript-days', before.days),
    most: part(transcriptCount, '--transcript-count', before.most),
  };
}

/** The values that were given. */
const given = <T extends Record<string, unknown>>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
