/** The program's window: an engineer sets it, and everyone may ask for its state. */
import { StationError } from '../../contract/errors.ts';
import type { AuditFact } from '../../contract/model.ts';
import type { StationParts, WindowControl } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'window.show' | 'window.configure' | 'window.kiosk' | 'window.stay';

/** Methods about the program's window. */
export const windowHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const window = (): WindowControl => {
    if (!parts.window) throw new StationError('window.none', 'this program shows the station in a browser, or nowhere');
    return parts.window;
  };
  const audit = (actor: string, fact: AuditFact) => parts.ledger.audit({ ...fact, actor, subject: 'window' });
  return {
    'window.show': () => window().view(),
    'window.configure': async (change, { actor }) => {
      await window().configure(change);
      await audit(actor, { entry: 'window.configured', data: { ...change } });
      return window().view();
    },
    'window.kiosk': async ({ on }, { actor }) => {
      window();
      await audit(actor, { entry: on ? 'window.kioskEntered' : 'window.kioskLeft', data: {} });
      window().kiosk(on);
      return window().view();
    },
    'window.stay': async (_, { actor }) => {
      window().stay();
      await audit(actor, { entry: 'window.stayed', data: {} });
      return {};
    },
  };
};
