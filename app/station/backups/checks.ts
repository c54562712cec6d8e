/** The findings of Health about backups, and about a station that was restored from one. */
import { type BackupsSnapshot, type DoctorCheck, type SendRemedy, sendRemedyOf } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';

const hourMs = 3_600_000;

type Of = (ok: boolean, detail: string, finding: DoctorCheck['finding'], remedy?: string) => DoctorCheck;

const remedies: Record<SendRemedy, string> = {
  waitForAws: 'check the network; the station tries again by itself',
  renewCredentials: 'renew the AWS credentials of this PC',
  giveBackupRights: 'give the rights that `target test` names',
  checkBackupBucket: 'check bucket and Region, or choose another one: `backup set --target NAME --bucket B`',
  closeBucket: 'turn on Block Public Access of the bucket, or choose another one',
  connectBackups: 'connect the drive of the folder',
};

/** Whether the bucket has the last backup; nothing before the first try. */
function inBucket({ place, failed, last }: NonNullable<BackupsSnapshot['bucket']>, of: Of): DoctorCheck[] {
  if (failed?.code !== undefined) {
    const { code, detail: why = code } = failed;
    const remedy = sendRemedyOf(code);
    const finding = { what: 'backupUnsent', remedy, values: { place, why, code } } as const;
    return [of(false, `the last backup is not in ${place}: ${why}`, finding, remedies[remedy])];
  }
  if (last === null) return [];
  const { name } = last;
  return [of(true, `${place} has ${name}`, { what: 'backupSent', values: { place, name } })];
}

/** One check about the last backup, and one for each trouble with them. A practice line needs none. */
export async function backupChecks({ backupJobs, clock, config, ledger }: StationParts): Promise<DoctorCheck[]> {
  const checks = checksOf(await backupJobs.snapshot(), { practice: config.current().practice, now: clock.now() });
  return [...checks, ...(await restoredOrders(ledger))];
}

/** The same by how the last tries ended, where no station is open. */
export function checksOf(
  { config: settings, lastGood, lastFailed, overdue, bucket }: Omit<BackupsSnapshot, 'seq'>,
  { practice, now }: { practice: boolean; now: Date },
): DoctorCheck[] {
  const hours = lastGood ? Math.max(0, Math.floor((now.getTime() - Date.parse(lastGood.at)) / hourMs)) : 0;
  const of: Of = (ok, detail, finding, remedy) => ({
    ...{ name: 'backup', ok, detail, finding },
    ...(remedy === undefined ? {} : { remedy }),
  });
  const checks: DoctorCheck[] = [];
  if (settings.folder === null) {
    const finding = { what: 'backupNone', ...(practice ? {} : { remedy: 'setBackups' as const }) } as const;
    const remedy = practice ? undefined : 'choose a folder on another disk: `backup set --folder DIR`';
    checks.push(of(practice, 'no backups are made', finding, remedy));
  } else if (overdue)
    checks.push(
      of(
        false,
        lastGood ? `the last good backup is ${hours} hours old` : 'no backup could be made yet',
        { what: 'backupOverdue', remedy: 'connectBackups', values: { hours } },
        `connect the drive of ${settings.folder}, make room there, or choose another folder`,
      ),
    );
  else if (lastGood)
    checks.push(of(true, `the last good backup is ${hours} hours old`, { what: 'backupGood', values: { hours } }));
  else if (lastFailed === null) checks.push(of(true, 'no backup was made yet', { what: 'backupFirst' }));
  if (lastFailed && settings.folder !== null) {
    const { code = 'internal' } = lastFailed;
    const why = lastFailed.detail ?? code;
    checks.push(
      of(
        false,
        `the last backup failed: ${why}`,
        { what: 'backupFailed', remedy: 'connectBackups', values: { why, code } },
        `connect the drive of ${lastFailed.folder}, make room there, or choose another folder`,
      ),
    );
  }
  if (bucket !== null) checks.push(...inBucket(bucket, of));
  if (lastGood?.sameDisk)
    checks.push(
      of(
        false,
        `the backups in ${lastGood.folder} are on the disk of the data folder`,
        { what: 'backupSameDisk', remedy: 'otherBackupDisk' },
        'choose a folder on another disk: `backup set --folder DIR`',
      ),
    );
  const [twin] = [...(lastGood?.twins ?? []), ...(bucket?.last?.twins ?? [])];
  if (twin !== undefined)
    checks.push(
      of(
        false,
        `another copy of this station made ${twin}`,
        { what: 'backupTwin', remedy: 'stopTwin', values: { name: twin } },
        'stop one of the two stations, and keep the folders of both',
      ),
    );
  return checks;
}

async function restoredOrders(ledger: StationParts['ledger']): Promise<DoctorCheck[]> {
  const doubted = (await ledger.listOrders()).filter(({ restoredAt }) => restoredAt !== undefined);
  if (doubted.length === 0) return [];
  const orders = doubted.map(({ orderId }) => orderId).join(', ');
  return [
    {
      name: 'restored',
      ok: false,
      detail: `the records were restored from a backup; the counts of ${orders} may be too low`,
      remedy: 'count the units, then `orders reconcile ORDER --counted N`',
      finding: { what: 'restoredOrders', remedy: 'reconcileOrders', values: { orders } },
    },
  ];
}
