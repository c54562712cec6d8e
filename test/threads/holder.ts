/** Takes the folder named on the command line, says so, and stays. */
import { lockFolder } from '../../main/threads/lock.ts';

await lockFolder(process.argv[2] ?? '', 'host', { waitMs: 0 });
process.stdout.write('held\n');
setInterval(() => {}, 60_000);
