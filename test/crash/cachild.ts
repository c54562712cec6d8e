/**
 * CAs made and put away, killed at a named place: an issuing CA, a request that is given up, then the root's backup proved
 * and its key taken away. Prints one line an act, then "done".
 *
 * Arguments: folder, a number for names, "none" or "before:N" or "after:N".
 */
import { writeSync } from 'node:fs';
import { createBackups } from '../../app/station/authorities/backups.ts';
import { createCeremony } from '../../app/station/authorities/ceremony.ts';
import { openStation } from '../../main/openstation.ts';
import { passphrase } from '../support.ts';
import { killing } from './killing.ts';

const [dir = '', round = '', where = 'none'] = process.argv.slice(2);
const station = await openStation({ dir, kind: 'command' });
const { parts } = station;
const tools = {
  ...parts,
  ledger: killing(parts.ledger, 'ledger', where),
  homes: killing(parts.homes, 'homes', where),
};
const ceremony = createCeremony(tools);
const backups = createBackups(tools);
const by = { actor: 'crash test' };
const custody = { kind: 'file', passphrase } as const;
const access = { kind: 'secret', secret: passphrase } as const;
const parentId = parts.authority.all().find(({ record }) => record.kind === 'root')?.facts.issuerId ?? '';
const making = { keyType: 'P-256', custody } as const;

await ceremony.makeIssuing(
  { ...making, commonName: `Issuing ${round}`, years: 5, parentId, access, activate: true },
  by,
);
const { requestId } = await ceremony.request({ ...making, commonName: `Request ${round}` }, by);
await ceremony.discard(requestId, by);
const shares = await backups.split({ issuerId: parentId, access, shares: 3, threshold: 2 }, by);
await backups.prove({ issuerId: parentId, access: { kind: 'shares', shares: shares.slice(1) } }, by);
await backups.takeOffline({ issuerId: parentId, confirm: 'Test station Root CA' }, by);
writeSync(1, 'done\n');
await station.close();
