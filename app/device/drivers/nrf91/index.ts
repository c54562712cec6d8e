import { declareDriver } from '../../declare.ts';
import { probe } from '../../probe.ts';
import { secTag } from '../sectag.ts';
import { isImei } from './at.ts';
import { itemLimit } from './credentials.ts';
import { converse } from './device.ts';
import { atConsole, openModem } from './modem.ts';

/** The AT interface of Nordic's nRF91 modems (AT commands reference: %KEYGEN, %CMNG). The modem stays offline. */
export const nrf91Driver = declareDriver({
  name: 'nrf91',
  settings: {
    secTag,
    shell: {
      kind: 'choice',
      meaning: 'how AT commands are wrapped',
      choices: ['raw', 'at', 'auto'],
      usual: 'auto',
    },
  },
  line: { baud: atConsole.baud, flowControl: 'rtscts' },
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
    // A shell may have put its prompt before it.
    const accepted = (text: string) => /^(\S+ )?\d{15}$/.test(text) && isImei(text.slice(-15));
    const ask = (text: string) => probe(channel, Buffer.from(`${text}\r\n`), accepted, 450, options);
    const { shell } = options.settings;
    return (shell !== 'at' && (await ask('AT+CGSN'))) || (shell !== 'raw' && (await ask('at AT+CGSN')));
  },
  connect: (channel, options) => converse(openModem(channel, options, options.settings.shell), options.settings.secTag),
});
