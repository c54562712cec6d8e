import { columnsOf, startOfDay } from '../../line/index.ts';
import { chartsOf } from '../../records/index.ts';
import type { StationParts } from '../composition.ts';
import type { Caller, Handlers } from '../dispatch.ts';

type Names =
  | 'desk.find'
  | 'desk.overview'
  | 'desk.charts'
  | 'desk.alerts'
  | 'audit.list'
  | 'audit.actors'
  | 'views.list'
  | 'views.save'
  | 'views.remove';

const daysShown = 7;
const idOf = ({ person }: Caller) => person?.personId ?? null;

/** Methods of QA's desk. */
export const deskHandlers = ({ ledger, authority, clock, config }: StationParts): Pick<Handlers, Names> => ({
  'desk.find': (asked) => ledger.find(asked),
  'desk.overview': async () => ({
    ...(await ledger.overview({ days: lastDays(clock.now()) })),
    unprovedBackups: authority
      .all()
      .filter(
        ({ custody, backupProvedAt, revocation }) => custody.kind === 'file' && backupProvedAt === null && !revocation,
      )
      .map(({ facts }) => ({ issuerId: facts.issuerId, name: facts.commonName })),
  }),
  'desk.charts': ({ since, until, bucket, ...asked }) =>
    chartsOf(ledger, { ...asked, edges: columnsOf({ since, until, bucket }, config.current().shifts, clock.now()) }),
  'desk.alerts': async () => ({ rules: config.current().alerts, open: await ledger.openAlerts() }),
  'audit.list': (search) => ledger.searchAudit(search),
  'audit.actors': () => ledger.auditActors(),
  'views.list': ({ list }, caller) => ledger.listViews({ list, personId: idOf(caller) }),
  'views.save': (view, caller) => ledger.saveView({ ...view, personId: idOf(caller), actor: caller.actor }),
  'views.remove': async ({ viewId }, caller) => {
    await ledger.removeView({ viewId, personId: idOf(caller), actor: caller.actor });
    return {};
  },
});

/** The last seven days in the PC's own time zone, the oldest first. A day may have 23 or 25 hours. */
function lastDays(now: Date): { since: string; until: string }[] {
  const begins = Array.from({ length: daysShown + 1 }, (_, index) => {
    const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate() + index - daysShown + 1, 12);
    return startOfDay(noon).toISOString();
  });
  return begins.slice(1).map((until, index) => ({ since: begins[index] ?? until, until }));
}
