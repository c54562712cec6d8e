import { StationError } from '../../contract/errors.ts';
import { readTranscript } from '../../device/transcript.ts';
import { assertRule, labelProblem } from '../../line/index.ts';
import { targetNamed } from '../cloud/targetnames.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { assertGoodPin } from '../people/pinrules.ts';

type Names =
  | 'units.list'
  | 'units.show'
  | 'units.transcripts'
  | 'units.transcript'
  | 'orders.list'
  | 'orders.make'
  | 'orders.activate'
  | 'orders.close'
  | 'orders.register'
  | 'people.list'
  | 'people.add'
  | 'people.deactivate';

/** Methods that read and export the records. */
export const recordsHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, bench, recipes, cloudLink, lineRegistration } = parts;
  return {
    'units.list': (params) => ledger.listUnits(params),
    'units.show': ({ unitSerial }) => ledger.showUnit(unitSerial),
    'units.transcripts': ({ unitSerial }) => ledger.listTranscripts(unitSerial),
    'units.transcript': async (params) => {
      const { data, ...row } = await ledger.transcript(params);
      const { unitSerial, attempt } = params;
      return { ...row, unitSerial, attempt, lines: await readTranscript(data) };
    },

    'orders.list': () => ledger.listOrders(),
    'orders.make': async (order, { actor }) => {
      if (order.label) assertRule(labelProblem(order.label));
      const longest = await recipes.longestSerial(order.model, order.recipe ?? null);
      for (const path of ['serialFrom', 'serialTo'] as const) {
        const { length } = order[path] ?? '';
        if (length <= longest) continue;
        const detail = `the serials have ${length} characters; the units of this order take ${longest}`;
        throw new StationError('unit.serialTooLong', detail, { data: { path, length, longest } });
      }
      const ofRecipe = await recipes.profileFor(order.model, order.recipe ?? null);
      const profile = order.profile ?? ofRecipe ?? parts.authority.current().profile.name;
      const made = await ledger.makeOrder({ ...order, profile, actor });
      const registration = await recipes.registrationFor(order.model, order.recipe ?? null);
      if (registration) await ledger.setOrderRegistration({ orderId: made.orderId, registration, actor });
      await bench.refresh();
      return { ...made, registration: registration ?? null };
    },
    'orders.close': async ({ orderId }, { actor }) => {
      await ledger.closeOrder({ orderId, actor });
      await bench.refresh();
      lineRegistration.wake();
      return {};
    },
    'orders.register': async ({ orderId, registration }, { actor }) => {
      for (const name of registration ? [registration.target, ...(registration.also ?? [])] : [])
        targetNamed(cloudLink, name);
      await ledger.setOrderRegistration({ orderId, registration, actor });
      lineRegistration.wake();
      return {};
    },
    'orders.activate': async ({ orderId }, { actor }) => {
      await ledger.activateOrder({ orderId, actor });
      await bench.refresh();
      return {};
    },

    'people.list': () => ledger.listPeople(),
    'people.add': (person, { actor }) => {
      assertGoodPin(person.pin, person.badge, parts.config.current());
      return ledger.addPerson({ ...person, actor });
    },
    'people.deactivate': async ({ personId }, { actor }) => {
      await ledger.deactivatePerson({ personId, actor });
      return {};
    },
  };
};
