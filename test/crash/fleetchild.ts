/** A practice AWS whose devices talk to it over the channel to the parent. Argument: its state file. */

import { answerFleet } from '../../app/practice/aws/gateway/fleet.ts';
import { connect, makeTemplate, openAccount } from '../practice/gateway/fleetbench.ts';

const account = await openAccount({ stateFile: process.argv[2] ?? '' });
if (!account.state.templates.has('fleet')) {
  makeTemplate(account, 'fleet');
  await account.saved();
}

process.on('message', ({ id, topic, payload }: { id: number; topic: string; payload: string }) => {
  const send = (answered: string, bytes: Uint8Array) =>
    void process.send?.({ id, topic: answered, payload: Buffer.from(bytes).toString('utf8') });
  const { connection } = connect(account, `client-${id}`, { send });
  void answerFleet(connection, topic, Buffer.from(payload));
});
