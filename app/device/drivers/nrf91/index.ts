import { lineEnds } from '../../../contract/lines.ts';
import { declareDriver, plainLine } from '../../declare.ts';
import { probe } from '../../probe.ts';
import { secTag } from '../sectag.ts';
import { title } from './at.ts';
import { itemLimit } from './credentials.ts';
import { converse } from './device.ts';
import { openModem } from './modem.ts';

/** The time in which a modem tells its IMEI, and then its names. */
const imeiMs = 300;
const nameMs = 200;

/** The AT interface of Nordic's nRF91 modems (AT commands reference: %KEYGEN, %CMNG). The modem stays offline. */
export const nrf91Driver = declareDriver({
  name: 'nrf91',
  title,
  settings: {
    secTag,
    shell: {
      kind: 'choice',
      meaning: 'how AT commands are wrapped',
      choices: ['raw', 'at', 'auto'],
      usual: 'auto',
    },
  },
  // Nordic's own tool uses RTS/CTS, too. Boards with three wires need `none`. A shell before the modem keeps 64 bytes by
  // default (SHELL_BACKEND_SERIAL_RX_RING_BUFFER_SIZE) and may read them late, and a bridge drops what comes too fast.
  line: { ...plainLine, flowControl: 'rtscts', terminator: 'crlf', pieceBytes: 32, gapMs: 4 },
  // CONFIG_AT_HOST_TERMINATION of the firmware.
  terminators: ['crlf', 'cr', 'lf', 'nul'],
  traits: {
    identityFields: ['IMEI', 'model', 'modem firmware'],
    preconditions: [
      'Modem firmware mfw_nrf9160 1.3.2 or mfw_nrf91x1 2.0.0 at least.',
      'The firmware passes AT commands on: raw, or by a shell with the command "at".',
      'Credentials are not locked with a public key (AT%XPMNG).',
    ],
    keyGeneration: 'refuses',
    csrEncoding: 'base64url',
    csrRead: 'once',
    subject: 'host',
    chain: 'withCertificate',
    config: [],
    longestSerial: 64,
    maxItemBytes: itemLimit,
    readBack: 'digest',
    proof: 'csr',
    seals: false,
    callsHome: false,
    takesClaim: true,
    provisions: false,
    irreversible: [],
    afterTimeout:
      'The list of digests tells whether a key or a certificate is there; a key whose CSR was lost is made again.',
  },
  // Written or listed: private key, pre-shared key and its identity, public key for %XSUDO; also the signatures of
  // %XSUDO with their length.
  redactions: [
    /%CMNG=0,\d{1,10},[2-5],"?(?<secret>[^"]*)/i,
    /%CMNG: ?\d{1,10},[2-5],"[0-9A-F]*","(?<secret>[^"]*)/i,
    /%XSUDO=(?<secret>[^;\r\n]*)/i,
  ],
  async recognise(channel, options) {
    // Until its OK a modem takes no other command.
    const ask = (text: string, wanted: RegExp, limitMs: number) => {
      let seen = false;
      const accepted = (line: string) => {
        seen ||= wanted.test(line);
        return seen && line === 'OK';
      };
      return probe(channel, Buffer.from(text + lineEnds[options.line.terminator]), accepted, limitMs, options);
    };
    // A shell may have put its prompt before the answer. Every maker's modem has an IMEI; the rest says whose it is.
    const isNordic = async (at: '' | 'at ') =>
      (await ask(`${at}AT+CGSN`, /^(\S+ )?\d{15}$/, imeiMs)) &&
      ((await ask(`${at}AT+CGMI`, /Nordic/i, nameMs)) || (await ask(`${at}AT+CGMM`, /^(\S+ )?nRF9\d/i, nameMs)));
    const { shell } = options.settings;
    return (shell !== 'at' && (await isNordic(''))) || (shell !== 'raw' && (await isNordic('at ')));
  },
  connect: (channel, options) => converse(openModem(channel, options, options.settings.shell), options.settings.secTag),
});
