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

/** Knowledge about the firmware's buffer, kept for one conversation. */
export type Writer = {
  /**
   * Stores the item over the present one, in the best form that fits. Resolves once the device's own digest confirms
   * it.
   */
  write(item: Item, onBytes: (count: number) => void): Promise<void>;
  /** Removes the item. Does nothing when nothing is stored. */
  remove(slot: Slot): Promise<void>;
};

type Place = {
  talk: Talk;
  secTag: number;
  /** The digest of each type of credential under the security tag. */
  list: () => Promise<Map<string, string>>;
};

/** Characters of base64 in one `cred buf`. */
const piece = 48;
const attempts = 5;
const garbled = (detail: string) => new StationError('link.garbled', detail);

/** Writes and removes credentials under one security tag, each until the list shows it. */
export function createWriter({ talk, secTag, list }: Place): Writer {
  /** Firmware with `buf load` takes everything at once. This way is not used again after a loss on the line. */
  let wholesale = true;
  /**
   * The number of characters that do not fit. It counts when it came twice, because a text that was delivered twice
   * fills the buffer, too.
   */
  let tooMany = Number.POSITIVE_INFINITY;
  let overrun = false;

  /** Each `cred buf` adds to the buffer, so no command here is repeated. */
  const once = (text: string, until: RegExp, raw = false) =>
    talk.say(text, until, { times: 1, raw, limitMs: raw ? 800 : 3000 });

  /** Empties the buffer. `true` means that the shell now reads raw input into it. */
  const openBuffer = async (): Promise<boolean> => {
    const { end } = await once('cred buf load', ends.load);
    if (end.startsWith('Input')) return true;
    // Firmware without `buf load` has stored the word, or had no room for it and cleared the buffer.
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
      // The text after the end of the buffer went to the prompt. Writing piece by piece then shows how much the buffer
      // takes.
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

  const add = async (slot: Slot, { base64, format }: Form) => {
    const secret = slot === 'PK';
    const text = `cred add ${secTag} ${slot} DEFAULT ${format}${secret ? ` ${base64}` : ''}`;
    const { end, lines } = await talk.say(text, ends.add, { limitMs: 8000, sure: true, times: 1, secret });
    if (lines.some((each) => inRam.test(each))) {
      // A unit must not pass with a certificate that is lost with the power.
      await remove(slot);
      const detail =
        'the firmware keeps credentials in RAM only: build it with CONFIG_TLS_CREDENTIALS_BACKEND_PROTECTED_STORAGE';
      throw incompatible('volatile', detail);
    }
    // These three say that the buffer or the slot has changed. The digest shows it, and the next attempt repairs it.
    if (/^(?:Added|Please provide|TLS credential|Could not decode)/.test(end)) return;
    throw addError(end);
  };

  /** `false` means that there is no room for this form. */
  const writeForm = async (slot: Slot, form: Form, onBytes: (count: number) => void): Promise<boolean> => {
    let held = await list();
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        if (slot !== 'PK' && !(await fill(form, onBytes))) return false;
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
