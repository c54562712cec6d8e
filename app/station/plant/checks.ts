/** The findings of Health about the plant; none at a station that joined no plant. */
import type { DoctorCheck } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';

/** So long a station may be cut off until Health says that something is to be done. */
const patienceMs = 3_600_000;

/** Whether the plant has the log, and whether it refused units. */
export async function plantChecks({ plant, clock }: StationParts): Promise<DoctorCheck[]> {
  const { config, size, acknowledged, reachedAt, error, refused } = await plant.status();
  if (config === null) return [];
  const waiting = Math.max(0, size - acknowledged);
  const values = { waiting, why: error ?? '' };
  const late = error !== null && (reachedAt === null || clock.now().getTime() - Date.parse(reachedAt) > patienceMs);
  const detail = `${waiting} leaves of the log wait for the plant${error === null ? '' : `: ${error}`}`;
  const reach = late ? ({ remedy: 'reachPlant' } as const) : {};
  const shipping: DoctorCheck = {
    ...{ name: 'plant', ok: !late, detail },
    finding: { what: error === null ? 'plantWell' : 'plantBehind', ...reach, values },
    ...(late ? { remedy: 'check the network to the plant, then "plant ship"' } : {}),
  };
  if (refused === 0) return [shipping];
  return [
    shipping,
    {
      name: 'plant',
      ok: false,
      detail: `the plant refused ${refused} units: another station has their serial, hardware or key`,
      remedy: 'take these units out, and find out which of the two is the right one',
      finding: { what: 'plantRefused', remedy: 'settleRefused', values: { units: refused } },
    },
  ];
}
