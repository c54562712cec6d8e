import { declareDriver, plainLine } from '../../declare.ts';
import { probe } from '../../probe.ts';
import { openTerminal } from '../../terminal.ts';
import { withBlanks } from './acts.ts';
import { configKeys, isLog, longestPem } from './cli.ts';
import { converse } from './device.ts';

/** The time in which a console reads Ctrl-C, and in which it answers a question. */
const clearMs = 60;
const answerMs = 300;

/** The `pki` and `conf` commands of FreeRTOS's STM32U5 reference; docs/freertos.md. */
export const freertosDriver = declareDriver({
  name: 'freertos',
  title: 'FreeRTOS',
  settings: {
    certificateLabel: {
      kind: 'text',
      meaning: 'PKCS#11 label of the certificate',
      longest: 32,
      usual: 'tls_cert',
    },
    rootCaLabel: {
      kind: 'text',
      meaning: 'PKCS#11 label of the root the device trusts',
      longest: 32,
      usual: 'root_ca_cert',
    },
  },
  // The receive ring has 512 bytes, and the console of a port may keep less. The echo decides when the next piece goes.
  line: { ...plainLine, terminator: 'crlf', pieceBytes: 64, gapMs: 2 },
  // An import counts the blank lines after a certificate by their CR.
  terminators: ['crlf'],
  traits: {
    identityFields: ['thing name, once the device has a certificate'],
    preconditions: ["No other program has the port: the console is also the firmware's log."],
    keyGeneration: 'overwrites',
    csrEncoding: 'pem',
    csrRead: 'always',
    subject: 'host',
    chain: 'none',
    config: [...configKeys.keys()],
    longestSerial: 64,
    maxItemBytes: longestPem,
    readBack: 'bytes',
    // This proof is stronger than the public key, which is an object beside the private key: only a key that signs
    // makes a CSR.
    proof: 'freshCsr',
    seals: false,
    callsHome: false,
    takesClaim: false,
    provisions: false,
    irreversible: ['Making a key where there is one: the old one is gone.'],
    afterTimeout:
      'Ctrl-C and a line too long for a certificate lead back to the prompt; then the key, the certificates and the names are read.',
  },
  // As the station types it, as the console repeats it, and as `conf get` prints it.
  redactions: [/wifi_credential(?:=| +)(?<secret>[^\r\n]*)/],
  async recognise(channel, options) {
    // Ctrl-C clears the line. It has a line of its own, because some consoles take it as text.
    await probe(channel, Buffer.from('\x03\r\n'), () => false, clearMs, options);
    // The line is short, because other consoles lose everything after 64 bytes, with the line end. It is sent twice: an
    // import that was left open may swallow the first.
    const question = Buffer.from(`conf get thing_name${withBlanks}`);
    const accepted = (answer: string) => /thing_name="[ -~]*"$|PEM header does not contain/.test(answer);
    const ask = () => probe(channel, question, accepted, answerMs, options);
    return (await ask()) || ask();
  },
  connect(channel, options) {
    const terminal = openTerminal(channel, { prompt: '> ', isLog }, options);
    return converse(terminal, options.settings, () => options.onUnderstood?.());
  },
});
