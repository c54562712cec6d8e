import { StationError } from '../contract/errors.ts';
import { type DriverFacts, type DriverSetting, type DriverSettings, settingProblems } from '../contract/model.ts';
import type { ByteChannel } from './channel.ts';
import type { Device, Driver, DriverOptions } from './driver.ts';

/** A driver by its name and its settings. */
type Named = Pick<DriverFacts, 'name' | 'settings'>;

type Table = Readonly<Record<string, DriverSetting>>;

/** Values by key, with the types that the driver's code reads. */
type Chosen<S extends Table> = {
  readonly [K in keyof S]: S[K] extends { kind: 'number' }
    ? number
    : S[K] extends { kind: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : string;
};

/** `DriverOptions` with all settings: each has a value. */
type Options<S extends Table> = Omit<DriverOptions, 'settings'> & { settings: Chosen<S> };

/** A `Driver` whose conversation gets its settings with their defaults, in the declared types. */
type Declaration<S extends Table> = Omit<Driver, 'settings' | 'recognise' | 'connect'> & {
  readonly settings: S;
  recognise(channel: ByteChannel, options: Options<S>): Promise<boolean>;
  connect(channel: ByteChannel, options: Options<S>): Device;
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
    settings: chosenOf(declared as Named, options.settings) as Chosen<S>,
  });
  return {
    ...declared,
    settings: declared.settings,
    recognise: async (channel, options) => declared.recognise(channel, read(options)),
    connect: (channel, options) => declared.connect(channel, read(options)),
  };
}

function chosenOf(facts: Named, chosen: DriverSettings = {}): Record<string, unknown> {
  const wrong = settingProblems(facts, chosen).find(({ unread }) => !unread);
  if (wrong) throw new StationError('call.badParams', `${wrong.key}: ${wrong.message}`, { data: { path: wrong.key } });
  return Object.fromEntries(
    Object.entries(facts.settings).map(([key, { usual }]) => [key, Object.hasOwn(chosen, key) ? chosen[key] : usual]),
  );
}
