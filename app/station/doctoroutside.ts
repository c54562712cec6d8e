/** What the doctor can say of a station that is not open here: another process has it, or it cannot be opened. */
import type { Clock } from '../contract/clock.ts';
import type { StationError } from '../contract/errors.ts';
import { type BackupSent, type BackupTry, type DoctorCheck, usualBackups } from '../contract/model.ts';
import type { Place } from '../files/index.ts';
import { checksOf } from './backups/checks.ts';
import { isOverdue, isThere, lastGoodOf } from './backups/schedule.ts';
import { folderChecks, placeChecks, recordsCheck } from './doctor.ts';
import type { StationConfig } from './folder/config.ts';
import { readConfig } from './folder/folder.ts';

export type Outside = {
  dir: string;
  /** Why the station is not open here. */
  why: StationError;
  clock: Clock;
  /** What is wrong with the file of the records. It is read beside others. */
  problemsIn: () => Promise<string[]>;
  history: { tries: BackupTry[]; sent: BackupSent[] };
  place: Place;
  pcChecks: () => Promise<DoctorCheck[]>;
};

/** The checks that need no open station, after one that says why it is not. */
export async function doctorOutside(outside: Outside): Promise<DoctorCheck[]> {
  const { dir, why, clock, problemsIn, place, pcChecks } = outside;
  const config = await readConfig(dir).catch(() => undefined);
  return [
    stationCheck(why),
    ...(config ? [await recordsCheck(problemsIn)] : []),
    ...(await folderChecks({ dir, clock })),
    ...(config ? backups(config, outside) : []),
    ...placeChecks({ dir, place }),
    ...(await pcChecks()),
  ];
}

function stationCheck({ code, detail, data }: StationError): DoctorCheck {
  const name = 'station';
  const pid = Number(data?.pid ?? 0);
  // Another program may have only the file of the records.
  if (code !== 'records.inUse' || pid === 0)
    return {
      ...{ name, ok: false, detail: `the station cannot be opened: ${code}: ${detail}` },
      remedy: 'mend what is named here or below; do not delete anything',
      finding: { what: 'stationShut', values: { why: detail, code } },
    };
  const rest = 'of CA, ports, scanners and AWS';
  const where =
    data?.kind === 'host' ? `its page Health tells ${rest}` : `call this again after its end to hear ${rest}`;
  return {
    ...{ name, ok: true, detail: `process ${pid} has this station open: ${where}` },
    finding: { what: 'stationRuns', values: { pid } },
  };
}

function backups(config: StationConfig, { history: { tries, sent }, clock }: Outside): DoctorCheck[] {
  const settings = config.backup ?? usualBackups;
  const [now, last, sentLast] = [clock.now(), tries.at(-1), sent.at(-1)];
  const bucket =
    settings.bucket === undefined || sentLast === undefined
      ? null
      : {
          place: sentLast.place,
          last: sent.findLast((one) => one.place === sentLast.place && isThere(one)) ?? null,
          failed: isThere(sentLast) ? null : sentLast,
          nextAt: null,
        };
  const failed = last?.name === null ? last : null;
  const overdue = isOverdue(tries, settings, now);
  const state = { lastGood: lastGoodOf(tries), lastFailed: failed, overdue, bucket, nextAt: null };
  return checksOf({ config: settings, running: null, ...state }, { practice: config.practice, now });
}
