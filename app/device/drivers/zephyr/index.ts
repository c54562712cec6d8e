import { declareDriver, plainLine } from '../../declare.ts';
import { probe } from '../../probe.ts';
import { secTag } from '../sectag.ts';
import { converse } from './device.ts';
import { openTalk } from './talk.ts';
import { ends, keyTyped } from './words.ts';

/** The time in which a shell reads Ctrl-C, and in which it answers a question. */
const clearMs = 60;
const answerMs = 600;

/** The shells of nRF Connect SDK (`nrf_cloud_cred`: key and CSR) and of Zephyr (`cred`: certificates). */
export const zephyrDriver = declareDriver({
  name: 'zephyr',
  title: 'Zephyr',
  settings: { secTag },
  // Nordic's tool sends 48 characters of base64 a line. With `cred buf ` and the line end that is less than the 64 bytes
  // that the shell keeps, which it may read 2 ms late.
  line: { ...plainLine, terminator: 'cr', pieceBytes: 62, gapMs: 3 },
  // With CR LF, the LF would become part of raw input.
  terminators: ['cr', 'lf'],
  traits: {
    identityFields: ['hardware id (hwinfo devid)', 'application version', 'Zephyr version'],
    preconditions: [
      'Firmware with CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN_SHELL (and CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN), CONFIG_TLS_CREDENTIALS_SHELL, CONFIG_HWINFO and CONFIG_HWINFO_SHELL.',
      'A credential store that keeps what it is given without power: CONFIG_TLS_CREDENTIALS_BACKEND_PROTECTED_STORAGE.',
      'CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE of 4096: with its default, 1024, there is no room for the chain, nor for an RSA root.',
      'The shell echoes what is typed (CONFIG_SHELL_ECHO_STATUS, the default).',
      'The recipe’s security tag is CONFIG_NRF_CLOUD_SEC_TAG of the firmware.',
    ],
    keyGeneration: 'refuses',
    csrEncoding: 'base64',
    csrRead: 'always',
    subject: 'host',
    chain: 'withCertificate',
    config: [],
    longestSerial: 64,
    // As base64, in a buffer of the default size whose last byte stays free.
    maxItemBytes: 1023,
    readBack: 'digest',
    proof: 'freshCsr',
    seals: false,
    callsHome: false,
    takesClaim: true,
    provisions: false,
    irreversible: [],
    afterTimeout:
      'Ctrl-C brings the prompt back. A key that exists is kept and its CSR asked for again; cred list gives the digest of what is stored.',
  },
  redactions: [keyTyped],
  async recognise(channel, options) {
    // Ctrl-C ends a half-typed line, or raw input for another program. Bytes right after it may be lost.
    await probe(channel, Buffer.of(0x03), () => false, clearMs, options);
    // The command alone prints its help. The LF is for consoles that need one.
    const accepted = (text: string) => ends.keyShell.test(plain(text)) && !text.includes('not found');
    return probe(channel, Buffer.from('nrf_cloud_cred\r\n', 'latin1'), accepted, answerMs, options);
  },
  connect: (channel, options) => converse(openTalk(channel, options), options.settings.secTag),
});

const plain = (text: string) => text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
