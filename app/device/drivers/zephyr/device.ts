import { badAnswer } from '../../badanswer.ts';
import type { Device, DeviceIdentity, ReadBack } from '../../driver.ts';
import { cannotCallHome, cannotProvision } from '../../nonetwork.ts';
import { readFirmware, readHardwareId } from './identity.ts';
import type { Talk } from './talk.ts';
import {
  claimItemsOf,
  csrError,
  deleteError,
  ends,
  examineCsr,
  type Item,
  incompatible,
  itemsOf,
  keygenError,
  listed,
  missing,
  readList,
} from './words.ts';
import { createWriter } from './write.ts';

const csrAttempts = 6;

const same = (one: Map<string, string>, other: Map<string, string>) =>
  one.size === other.size && [...one].every(([type, digest]) => other.get(type) === digest);

/** The conversation with one device about the credentials under one security tag. */
export function converse(talk: Talk, secTag: number): Device {
  const list = async (): Promise<Map<string, string>> => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { lines, end } = await talk.say(`cred list ${secTag}`, ends.list, { wanted: listed });
      const count = ends.list.exec(end)?.[1];
      if (count === undefined) throw missing('cred shell', 'CONFIG_TLS_CREDENTIALS_SHELL');
      const found = readList(lines, Number(count), secTag);
      if (found && ![...found.values()].some((digest) => digest.length < 44)) return found;
      if (found) throw missing('digest of its credentials', 'CONFIG_PSA_WANT_ALG_SHA_256');
    }
    throw badAnswer('the list of credentials came damaged, three times');
  };
  /** A digest that changed on the way must not fail a unit, so a list counts only once two readings agree. */
  const certainList = async () => {
    let held = await list();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const again = await list();
      if (same(held, again)) return again;
      held = again;
    }
    throw badAnswer('the list of credentials was read differently each time');
  };
  const writer = createWriter({ talk, secTag, list });

  const identify = async (): Promise<DeviceIdentity> => {
    const version = await readFirmware(talk);
    const id = await readHardwareId(talk);
    const { end } = await talk.say('nrf_cloud_cred', ends.keyShell);
    if (end.endsWith('not found'))
      throw missing('nrf_cloud_cred shell', 'CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN and …_KEYGEN_SHELL');
    const held = await list();
    return {
      protocol: 'zephyr/nrf_cloud_cred',
      // The shells do not report it.
      model: '',
      hardwareRevision: '',
      firmware: version,
      hardwareId: id,
      keyTypes: ['P-256'],
      hasKey: held.has('PK_PSA'),
      hasCertificate: held.has('SERV'),
      sealed: false,
      callsHome: false,
    };
  };

  /**
   * A request signed by the stored key. Damaged requests are asked for again. A request whose signature is always bad
   * goes to the station, which judges it.
   */
  const request = async (name: string): Promise<Buffer> => {
    const unsound: { der: Buffer; signed: string }[] = [];
    for (let attempt = 0; attempt < csrAttempts; attempt += 1) {
      const command = `nrf_cloud_cred csr ${secTag} CN=${name}`;
      const { lines, end } = await talk.say(command, ends.csr, { limitMs: 10_000, wanted: /^CSR: / });
      const [, failed, unencoded] = ends.csr.exec(end) ?? [];
      if (failed ?? unencoded) throw csrError(Number(failed ?? unencoded));
      const text = lines.at(-1)?.slice(5) ?? '';
      const der = Buffer.from(text, 'base64');
      const facts = der.toString('base64') === text ? examineCsr(der) : undefined;
      if (!facts || !der.includes(name)) continue;
      if (facts.sound) return der;
      unsound.push({ der, signed: facts.signed.toString('hex') });
    }
    const [first, ...others] = unsound;
    // Damage differs each time. If the same words come with a bad signature again and again, the device itself made it.
    if (first && others.filter((each) => each.signed === first.signed).length >= csrAttempts / 2) return first.der;
    throw badAnswer(`no whole CSR for ${name} in ${csrAttempts} attempts`);
  };

  const deleteKey = async () => {
    const { end } = await talk.say(`nrf_cloud_cred delete ${secTag}`, ends.deleteKey, { limitMs: 5000, sure: true });
    const code = ends.deleteKey.exec(end)?.[1];
    if (code !== undefined) throw deleteError(`the key (error ${code})`, code);
  };

  /** Writes what is not there yet. `onProgress` counts characters of base64, all of which it returns. */
  const writeAll = async (
    items: readonly Item[],
    held: ReadonlyMap<string, string>,
    onProgress: (done: number, total: number) => void,
  ): Promise<number> => {
    const total = items.reduce((sum, { forms }) => sum + forms[0].base64.length, 0);
    let before = 0;
    for (const item of items) {
      const size = item.forms[0].base64.length;
      let done = 0;
      const advance = (count: number) => {
        done = Math.min(done + count, size);
        onProgress(before + done, total);
      };
      const there = held.get(item.slot);
      if (!item.forms.some((form) => form.digest === there)) await writer.write(item, advance);
      before += size;
      onProgress(before, total);
    }
    return total;
  };

  /** `chain` is there when one of the items has it. */
  const compared = async (wanted: readonly Item[]) => {
    const held = await certainList();
    const items: ReadBack['items'] = [];
    let chain: ReadBack['items'][number] | undefined;
    for (const { slot, name, forms } of wanted) {
      const digest = held.get(slot);
      const form = forms.find((each) => each.digest === digest);
      const found = digest === undefined ? {} : { found: Buffer.from(digest, 'base64').toString('hex') };
      items.push({ name, same: form !== undefined, how: 'digest', ...found });
      if (slot === 'SERV' && form?.withChain) chain = { name: 'chain', same: true, how: 'digest', ...found };
    }
    return { items, chain };
  };

  return {
    identify,

    async makeKey({ keyType }) {
      if (keyType !== 'P-256') throw incompatible('keyType', `the firmware makes P-256 keys, not ${keyType}`);
      const { end } = await talk.say(`nrf_cloud_cred keygen ${secTag}`, ends.keygen, { limitMs: 15_000, sure: true });
      const code = ends.keygen.exec(end)?.[1];
      if (code !== undefined) throw keygenError(Number(code), secTag);
      // The existing key may be one whose answer was lost. It is kept, and its CSR can be read at any time.
      return { created: end.startsWith('Generated') };
    },

    async readCsr(subjectCommonName) {
      return { csrDer: await request(subjectCommonName), notes: [] };
    },

    async install(what, onProgress) {
      const held = await list();
      // The key of an earlier claim. With two keys under one tag the device could not tell which is the certificate's.
      if (held.has('PK')) await writer.remove('PK');
      await writeAll(itemsOf(what), held, onProgress);
    },

    async installClaim(what, onProgress) {
      const held = await list();
      if (held.has('PK_PSA')) await deleteKey();
      const items = claimItemsOf(what);
      const bytes = await writeAll(items, held, onProgress);
      return { items: (await compared(items)).items, unread: Object.keys(what.config), bytes };
    },

    async readBack(expected) {
      const { items, chain } = await compared(itemsOf(expected));
      const unread = Object.keys(expected.config);
      if (expected.chainDer.length === 0) return { items, unread };
      // One item holds both. If there was room only for the certificate, the chain is not on the device.
      return chain ? { items: [...items, chain], unread } : { items, unread: ['chain', ...unread] };
    },

    async prove(nonce) {
      // The nonce is the subject, so the request cannot have been signed before. The longest name has 64 characters.
      return { kind: 'freshCsr', csrDer: await request(Buffer.from(nonce).toString('hex').slice(0, 64)) };
    },

    async erase() {
      await deleteKey();
      for (const slot of ['SERV', 'CA', 'PK'] as const) await writer.remove(slot);
    },

    async seal() {},
    callHome: cannotCallHome,
    provision: cannotProvision,
    tally: talk.console.tally,
    close: talk.console.close,
  };
}
