/** Decides at start about attempts that a crash or a power cut left open. The short table below decides alone. */
import type { Ledger, OpenAttempt } from '../records/index.ts';

export type RecoveryAct = 'abort' | 'lost' | 'void' | 'resume';

export type Recovery = { unitSerial: string; attempt: number; act: RecoveryAct; lastStep: string | null };

/**
 * | what the records hold              | what may have happened               | act    | on the next scan                |
 * |------------------------------------|--------------------------------------|--------|---------------------------------|
 * | no certificate serial reserved     | at most a key was made on the device | abort  | starts again, the key is kept   |
 * | AWS was asked, no answer            | AWS may have made a certificate      | lost   | AWS is asked again, see below   |
 * | a reservation without a signature  | it may have been signed, never sent  | void   | a fresh certificate serial      |
 * | a recorded certificate             | it may or may not be on the device   | resume | the stored certificate goes on  |
 *
 * What AWS made for a lost request is INACTIVE, and no device has it. It is looked for in the account and revoked.
 */
export function recoveryAct(attempt: Pick<OpenAttempt, 'certificate' | 'askedAws'>): RecoveryAct {
  if (attempt.askedAws) return 'lost';
  if (attempt.certificate === undefined) return 'abort';
  return attempt.certificate.state === 'reserved' ? 'void' : 'resume';
}

/** Closes every open attempt by the table. Safe to repeat: a second crash in the middle leaves fewer of them. */
export async function recover(ledger: Ledger, actor: string): Promise<Recovery[]> {
  const done: Recovery[] = [];
  for (const open of await ledger.openAttempts()) {
    const act = recoveryAct(open);
    // One commit: a certificate serial that is still reserved becomes void together with the end of its attempt.
    await ledger.endAttempt({
      unitSerial: open.unitSerial,
      attempt: open.attempt,
      outcome: 'ABORTED',
      actor,
      ms: null,
      error: { code: 'call.cancelled', detail: `the station stopped during this attempt; ${words[act]}` },
      ...(open.step === null ? {} : { step: open.step }),
    });
    done.push({ unitSerial: open.unitSerial, attempt: open.attempt, act, lastStep: open.step });
  }
  await ledger.voidUnowned({ reason: 'the station stopped before it was signed' });
  return done;
}

const words: Record<RecoveryAct, string> = {
  abort: 'nothing had been signed',
  lost: 'AWS had been asked for a certificate; what it made is looked for and revoked',
  void: 'its certificate serial is void for ever',
  resume: 'its certificate is on record and goes onto the device at the next try',
};
