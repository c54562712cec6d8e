/** Devices against what the watching station has on record after the storm. */
import { X509Certificate } from 'node:crypto';
import { isSelfMade } from '../../../app/contract/firstconnections.ts';
import type { StormAccount } from './aws.ts';
import type { End } from './storm.ts';
import { type Told, targetNames } from './watched.ts';

/** What is wrong, in words. Empty when the watch knows each device that is in, once, and no other. */
export function judgeWatch(
  ends: readonly (readonly End[])[],
  accounts: readonly StormAccount[],
  told: ReadonlyMap<string, Told>,
): string[] {
  const wrong: string[] = [];
  for (const [at] of accounts.entries()) {
    const target = targetNames[at]!;
    for (const { unit, certificatePem } of ends[at] ?? []) {
      const row = told.get(unit.name)?.rows.find((one) => one.target === target);
      const check = (holds: boolean, words: string) =>
        holds || wrong.push(`the watch of ${target} has ${unit.name} ${words}`);
      if (!row) {
        check(false, 'not at all');
        continue;
      }
      if (certificatePem === undefined) {
        check(row.state !== 'connected', 'as connected, and it was refused');
        // A refused device of just-in-time registration is in the registry, so that the watch can say what is wrong.
        const isKnown = row.way !== 'jitr' || row.state === 'failed';
        check(isKnown, `as ${row.state}, and the function refused it`);
        continue;
      }
      const id = new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase();
      check(row.state === 'connected', `as ${row.state} (${row.reason}), and it is connected`);
      check(row.certificateId === id, `with certificate ${row.certificateId}, and it shows ${id}`);
      check(row.reason === null, `with the reason ${row.reason}`);
      if (isSelfMade(row.way)) check(row.madeName === unit.name, `as the thing ${row.madeName}`);
    }
  }
  for (const [name, { entries, rows }] of told) {
    const of = (wanted: string) => entries.filter((entry) => entry === wanted).length;
    const connected = rows.filter(({ state }) => state === 'connected').length;
    const made = rows.filter(({ way, state }) => isSelfMade(way) && state === 'connected').length;
    if (of('connection.registered') !== made) wrong.push(`${name} was registered ${of('connection.registered')} times`);
    // The registry may say it first, and the message then adds the client.
    const seen = of('connection.seen');
    if (seen < connected || seen > 2 * connected) wrong.push(`${name} was seen ${seen} times`);
  }
  return wrong;
}
