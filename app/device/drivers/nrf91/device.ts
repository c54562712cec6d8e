import { StationError } from '../../../contract/errors.ts';
import { badAnswer } from '../../badanswer.ts';
import type { Device, ReadBack } from '../../driver.ts';
import { cannotCallHome, cannotProvision } from '../../nonetwork.ts';
import { wrongFirmware } from '../../wrongfirmware.ts';
import { assertImei, cme, isOfShell, isTooOld, refusalOf, title, type Verdict } from './at.ts';
import {
  claimItemsOf,
  digestsOf,
  type Item,
  itemsOf,
  type KeyAnswer,
  readKeyLine,
  type Type,
  types,
} from './credentials.ts';
import type { Modem } from './modem.ts';

/** The answer of any maker's modem to AT+CGMM and AT+CGMI. */
const nameLine = /^[\w .()/+-]{2,60}$/;
const nordicModel = /^nRF91\d\d[\w-]{0,40}$/i;
const firmwareLine = /^mfw_[\w.+-]{1,80}$/;
const nothing = /^$/;
const keyLine = /^%KEYGEN: "[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"$/;
const changeMs = 15_000;
/** Writing and deleting take less than a second. A host that got only a part of the text never answers. */
const writeMs = 3_000;
const keyMs = 60_000;
const tries = 6;

type Made = KeyAnswer & { keyMark: string };

/** The conversation with one modem about the credentials under one security tag. */
export function converse(modem: Modem, tag: number): Device {
  let offline = false;
  let made: Made | undefined;

  /** Makes errors come with numbers, and takes the modem off the network. Only then are the next commands allowed. */
  const goOffline = async () => {
    for (let attempt = 0; !offline && attempt < tries; attempt += 1) {
      await modem.order('AT+CMEE=1', nothing, changeMs);
      await modem.order('AT+CFUN=4', nothing, changeMs);
      offline = (await modem.query('AT+CFUN?', /^\+CFUN: \d+$/)) === '+CFUN: 4';
    }
    if (!offline)
      throw new StationError('device.refused', 'the modem does not go offline', { data: { reason: 'CFUN' } });
  };

  /** The SHA-256 of the stored item in upper case, as the modem lists it; `undefined` when nothing is stored. */
  const listed = async (type: Type): Promise<string | undefined> => {
    const wanted = new RegExp(`^%CMNG: ?${tag},${type},"[0-9A-F]{64}"$`);
    const line = await modem.query(`AT%CMNG=1,${tag},${type}`, wanted, /CMNG|[0-9A-F]{16}/);
    return line?.slice(-65, -1);
  };

  const clear = async (type: Type) => {
    let verdict: Verdict | 'lost' = 'lost';
    for (let attempt = 0; attempt < tries; attempt += 1) {
      ({ verdict } = await modem.order(`AT%CMNG=3,${tag},${type}`, nothing, writeMs));
      if ((await listed(type)) === undefined) return;
      if (isFinal(verdict)) break;
    }
    throw failureOf('AT%CMNG', verdict);
  };

  const write = async (type: Type, text: string) => {
    let verdict: Verdict | 'lost' = 'ok';
    // Some modem firmware takes PEM only with LF, and answers 527 to CR LF.
    let sent = text;
    for (let attempt = 0; attempt <= tries; attempt += 1) {
      const there = await listed(type);
      if (there !== undefined && digestsOf(text).includes(there)) return;
      if (isFinal(verdict) || (isOfShell(verdict) && attempt > 1) || attempt === tries) break;
      if (there !== undefined) await clear(type);
      if (verdict === cme.invalidContent) sent = sent === text ? text.replaceAll('\r', '') : text;
      ({ verdict } = await modem.order(`AT%CMNG=0,${tag},${type},"${sent}"`, nothing, writeMs));
    }
    throw verdict === cme.invalidContent ? invalid(type, text) : failureOf('AT%CMNG', verdict);
  };

  const writeAll = async (items: Item[], onProgress: (done: number, total: number) => void): Promise<number> => {
    await goOffline();
    const total = items.reduce((sum, { text }) => sum + text.length, 0);
    let done = 0;
    for (const { type, text } of items) {
      await write(type, text);
      done += text.length;
      onProgress(done, total);
    }
    return total;
  };

  /** The stored items, held against these texts. */
  const compared = async (wanted: Item[]): Promise<ReadBack['items']> => {
    const items: ReadBack['items'] = [];
    for (const { type, text, names } of wanted) {
      const found = await listed(type);
      const same = found !== undefined && digestsOf(text).includes(found);
      for (const name of names)
        items.push({ name, same, how: 'digest', ...(found === undefined ? {} : { found: found.toLowerCase() }) });
    }
    return items;
  };

  const generate = async (subject: string): Promise<Made> => {
    const command = `AT%KEYGEN=${tag},2,0,"CN=${subject}"`;
    const { verdict, line } = await modem.order(command, keyLine, keyMs);
    const keyMark = await listed(types.key);
    if (verdict === 'ok' && keyMark !== undefined) return { ...readKeyLine(line, subject, tag), keyMark };
    // With 523 and no key the modem tried. With any other number and no key it did not even try.
    if (keyMark === undefined && verdict !== 'ok') throw failureOf(command, verdict);
    throw badAnswer('the answer to %KEYGEN was lost');
  };

  return {
    async identify() {
      await modem.form();
      const model = (await modem.query('AT+CGMM', nameLine)) ?? '';
      if (!nordicModel.test(model))
        throw wrongFirmware(title, `a modem of ${await modem.query('AT+CGMI', nameLine)}: ${model}`);
      const imei = (await modem.query('AT+CGSN', /^\d{15}$/)) ?? '';
      assertImei(imei);
      const firmware = (await modem.query('AT+CGMR', firmwareLine)) ?? '';
      if (isTooOld(firmware))
        throw new StationError('device.incompatible', `modem firmware ${firmware} cannot list digests`, {
          data: { firmware },
        });
      return {
        protocol: 'nrf91',
        model,
        hardwareRevision: '',
        firmware,
        hardwareId: imei,
        keyTypes: ['P-256'],
        hasKey: (await listed(types.key)) !== undefined,
        hasCertificate: (await listed(types.certificate)) !== undefined,
        sealed: false,
        callsHome: false,
      };
    },

    async makeKey({ known, mayReplace, subject }) {
      await goOffline();
      for (let attempt = 1; ; attempt += 1) {
        const keyMark = await listed(types.key);
        if (keyMark !== undefined) {
          if (made?.keyMark === keyMark) return { created: false, keyMark };
          if (known && known.keyMark === keyMark) {
            made = { csrDer: Buffer.from(known.csrDer), keyMark, notes: ['the CSR is the one on record for this key'] };
            return { created: false, keyMark };
          }
          if (!mayReplace) throw keyUnknown(tag);
          await clear(types.key);
        }
        try {
          made = await generate(subject);
          return { created: true, keyMark: made.keyMark };
        } catch (error) {
          // The key may be there without its CSR. The next round checks that before it does anything.
          if (!mayBeDamage(error) || attempt >= tries) throw error;
        }
      }
    },

    async readCsr() {
      if (!made) throw new StationError('device.refused', 'the CSR comes with the key, which was not made before');
      return { csrDer: made.csrDer, notes: made.notes };
    },

    async install(what, onProgress) {
      await writeAll(itemsOf(what), onProgress);
    },

    async installClaim(what, onProgress) {
      const wanted = claimItemsOf(what);
      const bytes = await writeAll(wanted, onProgress);
      // The digest of a key that was written is that of its text.
      return { items: await compared(wanted), unread: Object.keys(what.config), bytes };
    },

    async readBack(expected) {
      const items = await compared(itemsOf(expected));
      const unread = Object.keys(expected.config);
      if (expected.chainDer.length > 0 && !items.some((item) => item.name === 'chain')) unread.unshift('chain');
      return { items, unread };
    },

    async prove() {
      const keyMark = await listed(types.key);
      return { kind: 'csr', ...(keyMark === undefined ? {} : { keyMark }) };
    },

    async erase() {
      await goOffline();
      made = undefined;
      for (const type of [types.certificate, types.key, types.rootCa]) await clear(type);
    },

    async seal() {},
    callHome: cannotCallHome,
    provision: cannotProvision,
    tally: modem.console.tally,
    close: modem.console.close,
  };
}

/** Whether another try would bring the same refusal. */
const isFinal = (verdict: Verdict | 'lost'): boolean =>
  [cme.notAllowed, cme.memoryFull, cme.authentication, cme.powerOffWarning].some((code) => code === verdict);

/** Whether the answer was lost or damaged, or the command was damaged on its way. Another try may succeed. */
const mayBeDamage = (error: unknown): boolean =>
  error instanceof StationError &&
  (['device.badAnswer', 'link.garbled'].includes(error.code) ||
    error.data?.reason === 'ERROR' ||
    error.data?.reason === 'shellBuffer');

function failureOf(command: string, verdict: Verdict | 'lost'): StationError {
  if (verdict === 'lost' || verdict === 'ok')
    return new StationError('link.garbled', `${command.slice(0, 10)} does not take effect, though it was said again`);
  return refusalOf(command, verdict);
}

const invalid = (type: Type, text: string) =>
  new StationError(
    'device.refused',
    `the modem takes ${type === types.rootCa ? 'the root certificate' : 'the certificate'} (${text.length} characters) neither with CR LF nor with LF (CME 527): it is too large for this modem firmware, or of a kind that it does not know`,
    { data: { command: 'AT%CMNG', reason: 'CME 527' } },
  );

const keyUnknown = (tag: number) =>
  new StationError(
    'device.keyUnknown',
    `security tag ${tag} holds a key whose CSR is not on record, and the unit has a certificate for another one`,
  );
