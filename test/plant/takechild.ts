/** Takes what the plant publishes, and is killed before or after it counts here. */
import { createLedger } from '../../app/records/index.ts';
import { createPlantDocuments } from '../../app/station/plant/documents.ts';
import { systemClock } from '../../main/clock.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';

const [file = '', url = '', trust = '', when = ''] = process.argv.slice(2);
const ledger = createLedger(openDatabaseHere(file), systemClock);
const die = () => process.kill(process.pid, 'SIGKILL');
const { take } = createPlantDocuments({
  ledger: {
    ...ledger,
    async applyPlantDocument(given) {
      if (when === 'before') die();
      const applied = await ledger.applyPlantDocument(given);
      die();
      return applied;
    },
  },
  profiles: { list: () => [], follow: () => {} },
  onApplied: () => {},
  onRevoked: () => {},
});
await take(await openPlant(url), { trust: JSON.parse(trust), plantId: '' });
