/** The findings of Health about the plant; none at a station that joined no plant. */
import type { DoctorCheck, PlantProblem, PlantTaken, RemedyName } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';

/** So long a station may be cut off until Health says that something is to be done. */
const patienceMs = 3_600_000;

const passing = ['plant.unreachable', 'plant.failed'];
type NextAct = { remedy: string; name: RemedyName };
const reach: NextAct = { name: 'reachPlant', remedy: 'check the network to the plant, then "plant ship"' };
const letIn: NextAct = {
  name: 'letIn',
  remedy: 'compare address, login and certificate with who keeps the plant, then "plant join --url-file"',
};
const nextActs: Partial<Record<string, NextAct>> = {
  'plant.forked': {
    name: 'joinAgain',
    remedy: 'stop the copy of this station if there is one; a station from a backup: "plant join --again"',
  },
  'plant.failed': { name: 'tellPlant', remedy: 'tell who keeps the plant; work goes on meanwhile' },
  'plant.refused': letIn,
  'plant.untrusted': letIn,
};

/** Whether the plant has the log, whether it refused units, and what of its documents is not taken. */
export async function plantChecks({ plant, clock }: StationParts): Promise<DoctorCheck[]> {
  const { config, size, acknowledged, reachedAt, error, problem, refused, documents } = await plant.status();
  if (config === null) return [];
  const waiting = Math.max(0, size - acknowledged);
  const values = { waiting, ...(problem && { why: problem.detail, code: problem.code }) };
  // What passes by itself is waited for; a person has to look at the rest, and at once.
  const passes = problem !== null && passing.includes(problem.code);
  const isLong = reachedAt === null || clock.now().getTime() - Date.parse(reachedAt) > patienceMs;
  const late = error !== null && (!passes || isLong);
  const detail = `${waiting} leaves of the log wait for the plant${error === null ? '' : `: ${error}`}`;
  const { name, remedy } = nextActs[problem?.code ?? ''] ?? reach;
  const shipping: DoctorCheck = {
    ...{ name: 'plant', ok: !late, detail },
    finding: { what: error === null ? 'plantWell' : 'plantBehind', ...(late && { remedy: name }), values },
    ...(late && { remedy }),
  };
  const findings = [shipping, ...documents.flatMap(documentChecks)];
  if (refused === 0) return findings;
  return [
    ...findings,
    {
      name: 'plant',
      ok: false,
      detail: `the plant refused ${refused} units: another station has their serial, hardware or key`,
      remedy: 'take these units out, and find out which of the two is the right one',
      finding: { what: 'plantRefused', remedy: 'settleRefused', values: { units: refused } },
    },
  ];
}

/** The next act for a document that is not taken. */
const remedies: Partial<Record<PlantProblem, { remedy: string; name: RemedyName }>> = {
  noKey: { name: 'joinWithKey', remedy: 'get the public key of the plant, then "plant join --key FILE"' },
  older: { name: 'publishAgain', remedy: 'who keeps the plant: "plant publish" once more' },
  missing: { name: 'publishAgain', remedy: 'who keeps the plant: "plant publish" once more' },
};
const mend = { name: 'mendDocument', remedy: 'tell who keeps the plant; what this station has stays' } as const;

function documentChecks({ kind, clashes, rejected }: PlantTaken): DoctorCheck[] {
  const found: DoctorCheck[] = [];
  if (rejected !== null) {
    const { version, problem, why } = rejected;
    const { name, remedy } = remedies[problem] ?? mend;
    found.push({
      ...{ name: 'plant', ok: false, detail: `${kind} ${version} of the plant are not taken: ${why}`, remedy },
      finding: { what: 'plantDocument', remedy: name, values: { kind, version, problem } },
    });
  }
  if (clashes.length > 0) {
    const badges = clashes.join(', ');
    found.push({
      ...{ name: 'plant', ok: false, detail: `people of the plant have badges of people of this station: ${badges}` },
      ...{ remedy: 'who keeps the plant: other badges for them' },
      finding: { what: 'plantClash', remedy: 'otherBadge', values: { badges } },
    });
  }
  return found;
}
