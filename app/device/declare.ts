import { StationError } from '../contract/errors.ts';
import type { LineSettings } from '../contract/lines.ts';
import { type DriverFacts, type DriverSetting, type DriverSettings, settingProblems } from '../contract/model.ts';
import type { ByteChannel } from './channel.ts';
import type { Device, Driver, DriverOptions } from './driver.ts';
import { type PacedChannel, paced } from './pace.ts';

type Table = Readonly<Record<string, DriverSetting>>;

/** Values by key, with the types that the driver's code reads. */
type Chosen<S extends Table> = {
  readonly [K in keyof S]: S[K] extends { kind: 'number' }
    ? number
    : S[K] extends { kind: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : string;
};

/** What the lines of most drivers have in common. */
export const plainLine = { baud: 115_200, flowControl: 'none', dtr: 'on', rts: 'on' } as const;

/** The options of a conversation whose line is known. */
export type TalkOptions = Omit<DriverOptions, 'line'> & { line: LineSettings };

/** `TalkOptions` with all settings: each has a value. */
type Options<S extends Table> = Omit<TalkOptions, 'settings'> & { settings: Chosen<S> };

/**
 * A `Driver` whose conversation gets its settings with their defaults, in the declared types, and a paced channel. So no
 * driver can write a long burst.
 */
type Declaration<S extends Table> = Omit<Driver, 'settings' | 'recognise' | 'connect'> & {
  readonly settings: S;
  recognise(channel: PacedChannel, options: Options<S>): Promise<boolean>;
  connect(channel: PacedChannel, options: Options<S>): Device;
};

/**
 * Makes a driver from the declaration of its folder: name, settings, line, traits, recognition and conversation.
 * Settings that the driver does not declare belong to other drivers and are ignored.
 *
 * @throws call.badParams – by `recognise` and `connect`, for a value that the driver does not accept
 */
export function declareDriver<const S extends Table>(declared: Declaration<S>): Driver {
  const read = (options: DriverOptions): Options<S> => ({
    ...options,
    line: options.line ?? declared.line,
    settings: chosenOf(declared, options.settings) as Chosen<S>,
  });
  const pace = (channel: ByteChannel, { clock, line = declared.line }: DriverOptions) => paced(channel, line, clock);
  return {
    ...declared,
    settings: declared.settings,
    recognise: async (channel, options) => declared.recognise(pace(channel, options), read(options)),
    connect: (channel, options) => declared.connect(pace(channel, options), read(options)),
  };
}

function chosenOf(facts: Pick<DriverFacts, 'name' | 'settings'>, chosen: DriverSettings = {}): Record<string, unknown> {
  const wrong = settingProblems(facts, chosen).find(({ unread }) => !unread);
  if (wrong) throw new StationError('call.badParams', `${wrong.key}: ${wrong.message}`, { data: { path: wrong.key } });
  return Object.fromEntries(
    Object.entries(facts.settings).map(([key, { usual }]) => [key, Object.hasOwn(chosen, key) ? chosen[key] : usual]),
  );
}
