/**
 * Sends a backup to a bucket and dies at a step of its own: before and after each object, and after each part. Prints
 * "act N: what" before it, then "done".
 *
 * Arguments: the data folder, the folder of backups, the backup, the number of the step at which it dies, or 0.
 */
import { writeSync } from 'node:fs';
import { createObjectStore } from '../../app/registration/index.ts';
import { sendBackup } from '../../main/backup/bucket.ts';

const [dir = '', folder = '', name = '', where = '0'] = process.argv.slice(2);
const { AWS_REGION: region = '', AWS_BUCKET: bucket = '', AWS_ENDPOINT_URL: endpointUrl } = process.env;
let steps = 0;
const step = (what: string): void => {
  steps += 1;
  writeSync(1, `act ${steps}: ${what}\n`);
  if (steps === Number(where)) process.kill(process.pid, 'SIGKILL');
};

const store = await createObjectStore({ region, bucket, endpointUrl });
const killing: typeof store = {
  ...store,
  async put(key, checksums, parts, signal) {
    const file = key.slice(key.lastIndexOf('/') + 1);
    step(`before ${file}`);
    await store.put(key, checksums, parts, signal);
    step(`after ${file}`);
  },
};
await sendBackup({
  ...{ dir, folder, name, store: killing, prefix: 'b/', place: `s3://${bucket}/b/`, by: 'test' },
  at: new Date().toISOString(),
  onProgress: () => step('part'),
  pause: async () => {},
});
store.close();
writeSync(1, 'done\n');
