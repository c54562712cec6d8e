/** `npm run bench`: figures, never verdicts. Medians and spread, beside the limit that physics or the peer sets, in one run. */
import { benchBatches } from './batches.ts';
import { benchConnections } from './connections.ts';
import { benchDesk } from './desk.ts';
import { benchExport } from './export.ts';
import { benchFaults } from './faults.ts';
import { benchFirstStorm } from './firststorm.ts';
import { benchFuzz } from './fuzz.ts';
import { benchGateway } from './gateway.ts';
import { benchIssue } from './issue.ts';
import { benchKills } from './kills.ts';
import { benchLog } from './log.ts';
import { benchLogKills } from './logkills.ts';
import { benchOrders } from './orders.ts';
import { benchPlant } from './plant.ts';
import { benchPractice } from './practice.ts';
import { benchSlots } from './slots.ts';
import { benchSoak } from './soak.ts';
import { benchStart } from './start.ts';
import { benchStorms } from './storms.ts';
import { benchTamper } from './tamper.ts';
import { benchUnit } from './unit.ts';

/** `faults:141`: the number is the part's own, e.g. a seed or how many. */
const parts: Record<string, (count?: number) => Promise<void>> = {
  unit: benchUnit,
  issue: benchIssue,
  start: benchStart,
  batches: benchBatches,
  desk: benchDesk,
  export: benchExport,
  fuzz: benchFuzz,
  faults: benchFaults,
  kills: benchKills,
  slots: benchSlots,
  soak: benchSoak,
  storms: benchStorms,
  orders: benchOrders,
  plant: benchPlant,
  practice: benchPractice,
  gateway: benchGateway,
  firststorm: benchFirstStorm,
  log: benchLog,
  logkills: benchLogKills,
  tamper: benchTamper,
  connections: benchConnections,
};

const wanted = process.argv.slice(2).map((word) => {
  const [, name = '', count] = /^([^:]*)(?::(\d+))?$/.exec(word) ?? [undefined, word];
  return { name, count: count === undefined ? undefined : Number(count) };
});
const unknown = wanted.find(({ name }) => !Object.hasOwn(parts, name));
if (unknown) {
  console.error(`There is no bench "${unknown.name}"; there are: ${Object.keys(parts).join(', ')}`);
  process.exitCode = 2;
} else {
  const all = Object.keys(parts).map((name) => ({ name, count: undefined }));
  for (const { name, count } of wanted.length > 0 ? wanted : all) await parts[name]!(count);
}
