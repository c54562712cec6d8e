import { StationError } from '../../../contract/errors.ts';
import { isSilence, type Talk } from './talk.ts';
import {
  addError,
  bufferTooSmall,
  deleteError,
  ends,
  type Form,
  type Item,
  incompatible,
  inRam,
  type Slot,
} from './words.ts';

/** What is known of the firmware's buffer; kept for one conversation. */
export type Writer = {
  /** Stores the item in the best form there is room for, over what is there. Returns once the device's own digest says so. */
  write(item: Item, onBytes: (count: number) => void): Promise<void>;
  /** Nothing where nothing is stored. */
  remove(slot: Slot): Promise<void>;
};

type Place = {
  talk: Talk;
  secTag: number;
  /** Digest of each type of credential the security tag holds. */
  list: () => Promise<Map<string, string>>;
};

/** Characters of base64 in one `cred buf`. */
const piece = 48;
const attempts = 5;
const garbled = (detail: string) => new StationError('link.garbled', detail);

/** Writes and removes credentials under one security tag, each until the list shows it. */
export function createWriter({ talk, secTag, list }: Place): Writer {
  /** Firmware with `buf load` takes everything in one go; not asked for again once something got lost on the way. */
  let wholesale = true;
  /** So many characters do not fit. Believed when it was said twice: what was delivered twice fills the buffer, too. */
  let tooMany = Number.POSITIVE_INFINITY;
  let overrun = false;

  /** Each `cred buf` adds: nothing here is said twice. */
  const once = (text: string, until: RegExp, raw = false) =>
    talk.say(text, until, { times: 1, raw, limitMs: raw ? 800 : 3000 });

  /** Empties the buffer; `true` when the shell now takes raw input into it. */
  const openBuffer = async (): Promise<boolean> => {
    const { end } = await once('cred buf load', ends.load);
    if (end.startsWith('Input')) return true;
    // Firmware without it has stored the word, or had no room for it and cleared the buffer.
    if (end.startsWith('Stored')) await once('cred buf clear', ends.cleared);
    return false;
  };

  const storedBytes = (line: string): number | 'full' => {
    const stored = ends.stored.exec(line)?.[1];
    return stored === undefined ? 'full' : Number(stored);
  };

  const fill = async ({ base64 }: Form, onBytes: (count: number) => void): Promise<boolean> => {
    if (base64.length >= tooMany) return false;
    const raw = await openBuffer();
    if (raw && wholesale) {
      wholesale = false;
      const { end } = await once(`${base64}\x03`, ends.stored, true);
      const stored = storedBytes(end);
      overrun = stored === 'full';
      // What overran the buffer is typed at the prompt; piece by piece we then learn how much it takes.
      if (stored !== base64.length) {
        talk.doubt();
        throw garbled('the device did not take the credential in one go');
      }
      wholesale = true;
      onBytes(base64.length);
      return true;
    }
    if (raw) await once('\x03', ends.stored, true);
    for (let at = 0; at < base64.length; at += piece) {
      const text = base64.slice(at, at + piece);
      const stored = storedBytes((await once(`cred buf ${text}`, ends.stored)).end);
      if (stored === 'full') {
        const total = at + text.length;
        if (overrun) tooMany = total;
        overrun = true;
        throw garbled(`the device has no room for ${total} characters`);
      }
      if (stored !== text.length) throw garbled(`the device took ${stored} characters of ${text.length}`);
      onBytes(text.length);
    }
    overrun = false;
    return true;
  };

  const remove = async (slot: Slot) => {
    const { end } = await talk.say(`cred del ${secTag} ${slot}`, ends.del, { limitMs: 5000, sure: true });
    const code = ends.del.exec(end)?.[1];
    if (code !== undefined) throw deleteError(`the credential ${slot} (error ${code})`, code);
  };

  const add = async (slot: Slot, { format }: Form) => {
    const text = `cred add ${secTag} ${slot} DEFAULT ${format}`;
    const { end, lines } = await talk.say(text, ends.add, { limitMs: 8000, sure: true, times: 1 });
    if (lines.some((each) => inRam.test(each))) {
      // A unit must not pass with a certificate that is gone with the power.
      await remove(slot);
      const detail =
        'the firmware keeps credentials in RAM only: build it with CONFIG_TLS_CREDENTIALS_BACKEND_PROTECTED_STORAGE';
      throw incompatible('volatile', detail);
    }
    // These three say that the buffer, or the slot, is not what it was: the digest tells, and the next attempt mends it.
    if (/^(?:Added|Please provide|TLS credential|Could not decode)/.test(end)) return;
    throw addError(end);
  };

  /** `false`: there is no room for this form. */
  const writeForm = async (slot: Slot, form: Form, onBytes: (count: number) => void): Promise<boolean> => {
    let held = await list();
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        if (!(await fill(form, onBytes))) return false;
        if (held.has(slot)) await remove(slot);
        await add(slot, form);
      } catch (error) {
        if (!isSilence(error) || (attempt === attempts && form.base64.length < tooMany)) throw error;
        if (form.base64.length >= tooMany) return false;
      }
      held = await list();
      if (held.get(slot) === form.digest) return true;
    }
    throw garbled(`the device does not hold what was sent, after ${attempts} attempts`);
  };

  return {
    remove,
    async write(item, onBytes) {
      for (const form of item.forms) if (await writeForm(item.slot, form, onBytes)) return;
      throw bufferTooSmall(item);
    },
  };
}
