/** The doctor's checks of the PC itself. When the system does not tell, the check does not guess. */
import type { DoctorCheck } from '../../app/contract/model.ts';
import { ask } from './ask.ts';
import type { Pc } from './pc.ts';
import { sleepCheck, usbCheck } from './power.ts';
import { timeCheck } from './time.ts';

export async function pcChecks(pc: Pc = { platform: process.platform, root: '', ask }): Promise<DoctorCheck[]> {
  const checks = await Promise.all([usbCheck(pc), sleepCheck(pc), timeCheck(pc)]);
  return checks.filter((check) => check !== undefined);
}
