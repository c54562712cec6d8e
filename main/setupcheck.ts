/** The check of a station that was just made: it is opened as its first user will open it. */
import type { DoctorCheck } from '../app/contract/model.ts';
import { doctor } from '../app/station/index.ts';
import { openStation } from './openstation.ts';

/**
 * Opens the station in `dir`, its CA with `passphrase`, and runs the doctor's checks. The CA's opening is on record, so the
 * records were written, too. A station that does not open is one failed check: it is made, and stays.
 */
export async function checkNewStation(dir: string, passphrase: string, actor: string): Promise<DoctorCheck[]> {
  try {
    const station = await openStation({ dir, kind: 'command' });
    try {
      const { parts } = station;
      for (const subject of await parts.authority.unlock(passphrase))
        await parts.ledger.audit({ entry: 'ca.unlocked', actor, subject, data: {} });
      return (await doctor(parts)).map(inSetup);
    } finally {
      await station.close();
    }
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return [{ name: 'records', ok: false, detail, finding: { what: 'failed', values: { why: detail } } }];
  }
}

/** What a check means right after set-up: the passphrase opens the CA, and each slot's port should be there. */
function inSetup(check: DoctorCheck): DoctorCheck {
  const { name, ok, finding } = check;
  if (name === 'ca' && ok) return { ...check, detail: 'the passphrase opens the CA', finding: { what: 'caOpens' } };
  const { there, slots } = finding.values ?? {};
  if (name !== 'ports' || !ok || there === slots) return check;
  const remedy = 'plug the cables of all slots in, or choose other ports on the Station screen';
  return { ...check, ok: false, remedy, finding: { ...finding, remedy: 'plugInSlots' } };
}
