/** Opens a key and signs until its module hangs, says what came of it, and ends as a station does. */
import { text } from 'node:stream/consumers';
import type { Custody } from '../../app/contract/authority.ts';
import type { StationError } from '../../app/contract/errors.ts';
import { openTokens } from '../../main/threads/tokens.ts';

const say = (word: string) => process.stdout.write(`${word}\n`);
const tokens = openTokens({ askMs: 300 });
const custody = JSON.parse(process.argv[2] ?? '') as Extract<Custody, { kind: 'token' }>;
const key = await tokens.open(custody, await text(process.stdin));
say('open');
try {
  for (;;) await key.sign('ecdsa-with-SHA256', new Uint8Array(1));
} catch (thrown) {
  say((thrown as StationError).code);
}
await tokens.close();
say('closed');
