/** A passphrase and a PIN are nowhere in the objects of the process once they were used. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapSnapshot } from 'node:v8';
import { StationError } from '../../app/contract/errors.ts';
import { createClient } from '../../app/contract/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation } from '../support.ts';

/** Made each time it is needed, so that no variable here holds it during the search. */
const spelled = (...parts: string[]) => parts.join('');
const secrets = {
  passphrase: () => spelled('zwölf ', 'stille ', 'Hechte ', 'im Fluss'),
  wrong: () => spelled('elf laute ', 'Karpfen ', 'im Teich'),
  pin: () => spelled('90', '47', '13', '58'),
  newPin: () => spelled('38', '62', '94', '07'),
  wrongPin: () => spelled('11', '90', '46', '28'),
};

async function heapText(): Promise<string> {
  await turn();
  const parts: Buffer[] = [];
  for await (const part of getHeapSnapshot()) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

async function usesThem(station: Awaited<ReturnType<typeof openStation>>, issuerPassphrase: string): Promise<void> {
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const issuerId = station.parts.authority.issuer.issuerId;
  await client.call('ca.changePassphrase', { issuerId, secret: issuerPassphrase, passphrase: secrets.passphrase() });
  const refused = (thrown: unknown) => assert.ok(thrown instanceof StationError);
  await client.call('ca.unlock', { issuerId, secret: secrets.wrong() }).then(() => assert.fail(), refused);
  await client.call('ca.unlock', { issuerId, secret: secrets.passphrase() });
  await client.call('people.add', { name: 'Pat', badge: 'OP-7', pin: secrets.pin(), role: 'operator' });
  const pat = createClient(station.connect('test'));
  await pat.call('session.signIn', { badge: 'OP-7', pin: secrets.wrongPin() }).then(() => assert.fail(), refused);
  await pat.call('session.signIn', { badge: 'OP-7', pin: secrets.pin() });
  await pat.call('session.changePin', { pin: secrets.pin(), newPin: secrets.newPin() });
}

test('what was typed is held by nobody after it was used', async (t) => {
  const { passphrase } = await import('../support.ts');
  const station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
  t.after(() => station.close());
  await usesThem(station, passphrase);
  const held = { secret: spelled('held', ' all ', 'the while') };
  const text = await heapText();
  assert.ok(text.includes(held.secret), 'the search finds what is held');
  for (const [name, secret] of Object.entries(secrets)) {
    assert.equal(text.includes(secret()), false, `the ${name} is still held`);
  }
  assert.equal(station.parts.authority.state(), 'ready', 'the key itself is in use');
});
