import { declareDriver, plainLine } from '../../declare.ts';
import { probe } from '../../probe.ts';
import { converse } from './device.ts';
import { encodeFrame, parseFrame } from './frame.ts';
import { openRequests } from './requests.ts';

/** The time in which the device answers the question whether it is an agent. */
const answerMs = 600;

/** The reference agent protocol, native/agent/PROTOCOL.md. */
export const agentDriver = declareDriver({
  name: 'agent',
  title: 'Birthmark agent',
  settings: {},
  // The device says how much it takes at a time. A bridge before it may take less.
  line: { ...plainLine, terminator: 'lf', pieceBytes: 512, gapMs: 2 },
  terminators: ['lf'],
  // The key of a claim. Its SHA-256, which `commit` and `stored` have, gives nothing away.
  redactions: [/data claimkey \d{1,5} (?<key>[A-Za-z0-9+/=]+)/],
  traits: {
    identityFields: ['model', 'hardware revision', 'firmware', 'hardware id', 'unit serial'],
    preconditions: [],
    keyGeneration: 'safe',
    csrEncoding: 'der',
    csrRead: 'always',
    subject: 'host',
    chain: 'separate',
    config: ['*'],
    // The config value `unitSerial`, PROTOCOL.md section 5.
    longestSerial: 32,
    maxItemBytes: 4096,
    readBack: 'digest',
    proof: 'nonce',
    seals: true,
    callsHome: true,
    takesClaim: true,
    provisions: true,
    irreversible: ['Sealing: afterwards the device takes no other key and no other certificate.'],
    afterTimeout:
      'Every request may be said again: the answer to the same line is kept, and hello tells where it stands.',
  },
  recognise(channel, options) {
    // The line ends with CR LF, so that a console of another kind is not left with half a line.
    const hello = encodeFrame('>', { seq: 1, body: 'hello' }).replace('\n', '\r\n');
    const accepted = (text: string) => {
      const frame = parseFrame('<', text);
      return frame !== undefined && frame !== 'damaged' && frame.seq === 1 && frame.body.startsWith('ok proto=');
    };
    return probe(channel, Buffer.from(hello, 'latin1'), accepted, answerMs, options);
  },
  connect: (channel, options) => converse(openRequests(channel, options)),
});
