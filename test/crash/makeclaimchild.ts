/**
 * Makes the claim of the order `default`, killed at a named place by `killing`. Prints one line an act, then the claim's id.
 *
 * Arguments: {dir, target, credentials} as JSON, "none" or "before:N" or "after:N".
 */
import { writeSync } from 'node:fs';
import { cloudTarget } from '../../app/contract/model.ts';
import { createLedger } from '../../app/records/index.ts';
import { createAwsCloud } from '../../app/registration/index.ts';
import { createClaimKeys } from '../../app/station/claims/keys.ts';
import { makeClaim } from '../../app/station/claims/making.ts';
import { createCloudLink } from '../../app/station/cloud/cloudlink.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { passphrase } from '../support.ts';
import { killing } from './killing.ts';

const [life = '{}', where = 'none'] = process.argv.slice(2);
const { dir, target, credentials } = JSON.parse(life);
const database = openDatabaseHere(paths(dir).records);
const ledger = killing(createLedger(database, systemClock), 'ledger', where);
const cloudLink = createCloudLink(
  () => [cloudTarget.parse(target)],
  async (to) => {
    const cloud = await createAwsCloud({ ...to, credentials });
    return Object.assign(Object.create(cloud), { issued: killing(cloud.issued, 'aws', where) });
  },
);
const order = { orderId: 'default', target: 'main', template: 'fleet', passphrase, actor: 'crash test' };
const claimId = await makeClaim(order, { ledger, cloudLink, claimKeys: createClaimKeys(ledger) });
writeSync(1, `${claimId}\n`);
cloudLink.close();
await database.close();
