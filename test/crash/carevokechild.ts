/**
 * An issuing CA given up, killed at a named place: on record, the root's CRL reserved, signed, recorded, written. Prints one
 * line an act, then "done".
 *
 * Arguments: folder, "none" or "before:N" or "after:N".
 */
import { writeSync } from 'node:fs';
import { createSigner, issuerFrom } from '../../app/ca/index.ts';
import { createCaRevoking } from '../../app/station/authorities/giveup.ts';
import { issueCrl, writeCrl } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { passphrase } from '../support.ts';
import { killing } from './killing.ts';

const [dir = '', where = 'none'] = process.argv.slice(2);
const station = await openStation({ dir, kind: 'command' });
const { parts } = station;
const ledger = killing(parts.ledger, 'ledger', where);
const folder = killing({ writeCrl: (id: string, der: Uint8Array) => writeCrl(dir, id, der, false) }, 'folder', where);
const { homes, clock, authority, crlJobs, log } = parts;

/** As the jobs make it, with each act counted. */
const makeOfRoot: typeof crlJobs.makeOfRoot = async ({ facts }, _, actor) => {
  const issuer = issuerFrom(facts.certificateDer);
  const custody = authority.caOf(issuer.issuerId).custody;
  const signer = killing(createSigner(await homes.open(custody, passphrase), issuer), 'signer', where);
  const der = await issueCrl({ validMs: 3_600_000, actor }, { ledger, clock, issuer, signer });
  await folder.writeCrl(issuer.issuerId, der);
};
const revoking = createCaRevoking({
  ledger,
  authority,
  homes,
  log,
  crlJobs: { makeOfRoot, rootStanding: crlJobs.rootStanding },
});
const { issuerId } = authority.issuer;
const access = { kind: 'secret', secret: passphrase } as const;
await revoking.revoke(
  { issuerId, reason: 'cACompromise', note: 'crash test', access },
  { actor: 'crash test', agreement: { agreedBy: 'a second one' } },
);
writeSync(1, 'done\n');
await station.close();
