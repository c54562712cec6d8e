/** What an engineer sets of the program's window, and what anyone may ask of it. */
import { StationError } from '../../contract/errors.ts';
import type { StationParts, WindowControl } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'window.show' | 'window.configure' | 'window.kiosk' | 'window.stay';

export const windowHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const window = (): WindowControl => {
    if (!parts.window) throw new StationError('window.none', 'this program shows the station in a browser, or nowhere');
    return parts.window;
  };
  const audit = (entry: string, actor: string, data: Record<string, unknown>) =>
    parts.ledger.audit({ entry, actor, subject: 'window', data });
  return {
    'window.show': () => window().view(),
    'window.configure': async (change, { actor }) => {
      await window().configure(change);
      await audit('window.configured', actor, { ...change });
      return window().view();
    },
    'window.kiosk': async ({ on }, { actor }) => {
      window();
      await audit(on ? 'window.kioskEntered' : 'window.kioskLeft', actor, {});
      window().kiosk(on);
      return window().view();
    },
    'window.stay': async (_, { actor }) => {
      window().stay();
      await audit('window.stayed', actor, {});
      return {};
    },
  };
};
