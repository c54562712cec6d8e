/**
 * A CA that revokes a certificate and makes a CRL, killed at a named place. Prints one line an act, then "done".
 *
 * Arguments: folder, certificate serial, "none" or "before:N" or "after:N".
 */
import { readFileSync, writeSync } from 'node:fs';
import { createSigner, decryptKey, issuerFrom, softwareKey } from '../../app/ca/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { issueCrl, paths, writeCrl } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { passphrase } from '../support.ts';
import { killing } from './killing.ts';

const [dir = '', serialHex = '', where = 'none'] = process.argv.slice(2);
const database = openDatabaseHere(paths(dir).records);
const ledger = killing(createLedger(database, systemClock), 'ledger', where);
const records = await ledger.authorities();
const issuer = issuerFrom(records.find(({ kind }) => kind === 'issuing')!.certificateDer);
const key = await decryptKey(readFileSync(paths(dir).issuingKey, 'utf8'), passphrase);
const signer = killing(createSigner(softwareKey(key), issuer), 'signer', where);
const folder = killing({ writeCrl: (der: Uint8Array) => writeCrl(dir, issuer.issuerId, der, true) }, 'folder', where);

await ledger.revokeCertificate({ serialHex, reason: 'keyCompromise', note: 'crash test', actor: 'crash test' });
const tools = { ledger, clock: systemClock, issuer, signer };
await folder.writeCrl(await issueCrl({ validMs: 3_600_000, actor: 'crash test' }, tools));
writeSync(1, 'done\n');
await database.close();
