/** A launched program with a station that a test holds in its hands. */
import type { Reply } from '../../../app/contract/index.ts';
import type { WindowControl, WindowEvent } from '../../../app/station/index.ts';
import { createFakeStation, type FakeConnection } from '../../fake.ts';
import { type LaunchOptions, launch, until } from './launch.ts';

type Options = LaunchOptions & {
  /** What the station answers. */
  answer?: (method: string, params: unknown, connection: FakeConnection) => unknown;
  /** Held back until the test lets it close. */
  closes?: Promise<void>;
};

export async function begin(folder: string, { answer, closes, ...options }: Options = {}) {
  const station = createFakeStation(({ method, params }, connection) => answer?.(method, params, connection) ?? {});
  const listeners = new Set<(units: number) => void>();
  const events: WindowEvent[] = [];
  const host = { closed: 0, suspended: 0, resumed: 0 };
  let units = 0;
  let control: WindowControl | undefined;
  const electron = await launch(
    folder,
    async ({ window }) => {
      control = window;
      window?.onEvent((event) => events.push(event));
      return {
        connect: station.connect,
        onWork(listener) {
          listeners.add(listener);
          listener(units);
          return () => void listeners.delete(listener);
        },
        suspend: async () => void host.suspended++,
        resume: async () => void host.resumed++,
        close: async () => {
          host.closed++;
          await closes;
        },
        describe: () => 'A station for tests',
      };
    },
    options,
  );
  await until(() => electron.BrowserWindow.all[0]?.visible === true);
  const window = electron.BrowserWindow.all[0]!;
  const contents = window.webContents;
  type Page = { call(envelope: object): Promise<Reply>; act(act: object): Promise<Reply> };
  return {
    electron,
    station,
    window,
    contents,
    host,
    events,
    control: control!,
    page: () => contents.page.global.birthmark as Page,
    /** So many units are at work from now on. */
    work(count: number) {
      units = count;
      for (const listener of listeners) listener(count);
    },
    told: (what: string) => events.filter((event) => event.what === what),
  };
}
