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
import { benchWal } from './wal.ts';

type Part = { run: (count?: number) => Promise<void>; about: string };

/** `faults:141`: the number is the part's own. */
const parts: Record<string, Part> = {
  unit: { run: benchUnit, about: 'one unit, from plug-in to PASS' },
  issue: { run: benchIssue, about: 'certificates a second, in memory and on record' },
  start: { run: benchStart, about: 'from the start to the first screen' },
  batches: { run: benchBatches, about: 'make, upload and reconcile batches beside eight busy slots; N units' },
  desk: { run: benchDesk, about: 'QA’s desk on a large file; N units' },
  export: { run: benchExport, about: 'an export of the log; N entries' },
  fuzz: { run: benchFuzz, about: 'hostile input to each parser' },
  faults: { run: benchFaults, about: 'units under faults of the line; N is the one seed to run' },
  kills: { run: benchKills, about: 'SIGKILL while eight slots work; N kills' },
  slots: { run: benchSlots, about: 'eight slots at once; N is the one row to run' },
  soak: { run: benchSoak, about: 'one shift; N units' },
  storms: { run: benchStorms, about: 'batches under faults and deaths; N is the one seed to run' },
  orders: { run: benchOrders, about: 'a scan while an order grows; N units made at the end' },
  plant: { run: benchPlant, about: 'three stations on one plant with cut-offs; N units' },
  practice: { run: benchPractice, about: 'the practice AWS’s registration task; N lines' },
  gateway: { run: benchGateway, about: 'devices held by the gateway; N connections' },
  firststorm: { run: benchFirstStorm, about: 'first connections at once by each way; N devices' },
  log: { run: benchLog, about: 'append to the log and verify it; N entries' },
  logkills: { run: benchLogKills, about: 'SIGKILL while the log is written; N kills' },
  wal: { run: benchWal, about: 'a write when a long reader ends; the log grew to N MB' },
  tamper: { run: benchTamper, about: 'random tamperings, each verified; N of them' },
  connections: { run: benchConnections, about: 'the watch of first connections; N units' },
};

const help = `npm run -s bench -- [NAME[:N]…]

Prints figures, never verdicts. Without a name it runs all of them.

${Object.entries(parts)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}`;

const words = process.argv.slice(2);
const wanted = words.map((word) => {
  const [, name = '', count] = /^([^:]*)(?::(\d+))?$/.exec(word) ?? [undefined, word];
  return { name, count: count === undefined ? undefined : Number(count) };
});
const unknown = wanted.find(({ name }) => !Object.hasOwn(parts, name));
if (words.includes('--help') || words.includes('-h')) console.log(help);
else if (unknown) {
  console.error(`There is no bench "${unknown.name}".\n\n${help}`);
  process.exitCode = 2;
} else {
  const all = Object.keys(parts).map((name) => ({ name, count: undefined }));
  for (const { name, count } of wanted.length > 0 ? wanted : all) await parts[name]?.run(count);
}
