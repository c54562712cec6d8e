import { X509Certificate } from 'node:crypto';
import type { CommandSet, Machine } from './machine.ts';
import {
  addCredential,
  type Credential,
  type CredentialType,
  digestOf,
  errno,
  findCredential,
  removeCredential,
  typeNames,
} from './store.ts';

const full =
  'Not enough room in credential buffer for provided data. Increase CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE.\n';

/** A reference is a pointer of the chip. */
const pointerBytes = 4;

/**
 * `cred`: TLS credentials (zephyr: subsys/net/lib/tls_credentials/tls_credentials_shell.c). Firmware without `bufLoad`
 * has the shell from before `buf load`. There `load` is plain data, and clearing an empty buffer prints nothing.
 */
export function credentialCommands(machine: Machine): CommandSet {
  const { shell, store, firmware } = machine;
  let buffer: Buffer = Buffer.alloc(0);
  const human = (type: CredentialType) => typeNames[type][0];
  const clear = () => {
    const cleared = buffer.length > 0;
    buffer = Buffer.alloc(0);
    return cleared;
  };
  const clearAloud = () => {
    if (clear()) shell.print('Credential buffer cleared.\n');
  };
  /** The last byte of the buffer stays free: `>=` in `cred_buf_write`. */
  const append = (chunk: Uint8Array): boolean => {
    if (buffer.length + chunk.length >= firmware.credBufferBytes) return false;
    buffer = Buffer.concat([buffer, chunk]);
    return true;
  };
  const write = (text: string): boolean => {
    const chunk = Buffer.from(text, 'latin1');
    if (append(chunk)) {
      shell.print(`Stored ${chunk.length} bytes.\n`);
      return true;
    }
    shell.print(full, 'error');
    clearAloud();
    return false;
  };

  const secTagOf = (text = ''): number | undefined => {
    if (/^\d+$/.test(text) && Number(text) <= 0xffffffff) return Number(text) | 0;
    shell.print(`${text} is not a valid sectag.\n`, 'error');
    return undefined;
  };
  const typeOf = (text = ''): CredentialType | undefined => {
    const found = Object.entries(typeNames).find(([, names]) => names.includes(text.toUpperCase()));
    if (!found) shell.print(`${text} is not a valid credential type.\n`, 'error');
    return found?.[0] as CredentialType | undefined;
  };
  const formatOf = (text = ''): { binary: boolean; terminated: boolean } | undefined => {
    const word = text.toLowerCase();
    if (!['bin', 'bint', 'str', 'strt'].includes(word))
      shell.print(`${text} is not a valid storage format.\n`, 'error');
    else return { binary: word.startsWith('bin'), terminated: word.endsWith('t') };
    return undefined;
  };
  const absent = (secTag: number, type: CredentialType) =>
    shell.print(`There is no TLS credential with sectag ${secTag} and type ${human(type)}.\n`, 'error');

  /** The place for a reference to the copy of a credential of this size; `undefined` after a refusal. */
  const placeForCopy = (bytes: Buffer): number | undefined => {
    const { references, usedBytes } = store.copies;
    const free = references.indexOf(undefined);
    if (free < 0) {
      const told = 'No reference slot available, cannot copy credential to heap. Credential will not be stored\n';
      shell.print(told, 'error');
      return undefined;
    }
    if (usedBytes + bytes.length > firmware.heapBytes) {
      shell.print(`Not enough heap for TLS credential of size ${bytes.length}.\n`, 'error');
      return undefined;
    }
    const warning =
      'Credential has been copied to heap. Memory will be leaked if this credential is deleted without using the shell.\n';
    shell.print(warning, 'warning');
    return free;
  };

  const keep = (secTag: number, type: CredentialType, bytes: Buffer) => {
    const copyAt = firmware.persistent ? undefined : placeForCopy(bytes);
    if (!firmware.persistent && copyAt === undefined) return;
    const credential = { secTag, type, bytes };
    const refused = machine.fault.refuse?.command === 'commit';
    const failed = refused ? errno.noMemory : addCredential(store, credential);
    // The firmware prints this full stop after the line end.
    const told = `Failed to add TLS credential with sectag ${secTag} and type ${human(type)}. Error: ${failed}\n.`;
    if (failed !== 0) return shell.print(told, 'error');
    if (copyAt !== undefined) {
      store.copies.references[copyAt] = credential;
      store.copies.usedBytes += bytes.length;
    }
    shell.print(`Added TLS credential of type ${human(type)}, sectag ${secTag}, and length ${bytes.length} bytes.\n`);
  };

  /**
   * Forgets the reference to a copy. The firmware clears as many bytes in its list of references as the credential has,
   * which takes the references after it along, and then it frees nothing.
   */
  const forgetCopy = (credential: Credential) => {
    const { references } = store.copies;
    const at = references.indexOf(credential);
    if (at < 0) return;
    references.fill(undefined, at, at + Math.ceil(credential.bytes.length / pointerBytes));
    shell.print('Stored credential freed.\n');
  };

  const addNow = ([, tag, typeText, backend = '', formatText, data]: string[]) => {
    const secTag = secTagOf(tag);
    if (secTag === undefined) return;
    const type = typeOf(typeText);
    if (type === undefined) return;
    if (backend.toLowerCase() !== 'default') return shell.print(`${backend} is not a valid backend.\n`, 'error');
    const format = formatOf(formatText);
    if (format === undefined) return;
    if (data !== undefined) clearAloud();
    if (data !== undefined && !write(data)) return;
    if (buffer.length === 0) return shell.print('Please provide a credential to add.\n', 'error');
    if (findCredential(store, secTag, type)) {
      const told = `TLS credential with sectag ${secTag} and type ${human(type)} already exists.\n`;
      return shell.print(told, 'error');
    }
    if (format.binary) {
      const decoded = base64(buffer.toString('latin1'));
      // MBEDTLS_ERR_BASE64_INVALID_CHARACTER comes out as Zephyr's -EINVAL.
      if (!decoded) return shell.print(`Could not decode input from base64, error: ${errno.invalid}\n`, 'error');
      buffer = decoded;
    }
    keep(secTag, type, format.terminated ? Buffer.concat([buffer, Buffer.of(0)]) : Buffer.from(buffer));
  };

  const add = (argv: string[]) => {
    addNow(argv);
    clearAloud();
  };

  const del = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    const type = secTag === undefined ? undefined : typeOf(argv[2]);
    if (secTag === undefined || type === undefined) return;
    const found = findCredential(store, secTag, type);
    if (!found) return absent(secTag, type);
    forgetCopy(found);
    removeCredential(store, secTag, type);
    shell.print(`Deleted TLS credential with sectag ${secTag} and type ${human(type)}.\n`);
  };

  const get = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    const type = secTag === undefined ? undefined : typeOf(argv[2]);
    const format = type === undefined ? undefined : formatOf(argv[3]);
    if (secTag === undefined || type === undefined || format === undefined) return;
    const found = findCredential(store, secTag, type);
    if (!found) return absent(secTag, type);
    clearAloud();
    // The buffer has one byte more for a NUL.
    if (found.bytes.length > firmware.credBufferBytes + 1) {
      const what = `credential with sectag ${secTag} and type ${human(type)}`;
      const told = `Not enough room in the credential buffer to retrieve ${what}. Increase TLS_CREDENTIALS_SHELL_MAX_CRED_LEN.\n`;
      return shell.print(told, 'error');
    }
    buffer = Buffer.from(found.bytes);
    if (format.terminated && found.bytes.at(-1) !== 0) {
      const told = "The stored credential isn't NULL-terminated, but a NULL-terminated format was specified.\n";
      shell.print(told, 'error');
      return clearAloud();
    }
    const bytes = format.terminated ? found.bytes.subarray(0, -1) : found.bytes;
    // CONFIG_TLS_CREDENTIALS_SHELL_CRED_OUTPUT_WIDTH, 32 characters.
    const step = format.binary ? 24 : 32;
    for (let at = 0; at < bytes.length; at += step) {
      const line = bytes.subarray(at, at + step);
      shell.print(`${format.binary ? line.toString('base64') : line.toString('latin1').replace(/[^ -~]/g, '?')}\n`);
    }
    if (!format.binary && /[^ -~]/.test(bytes.toString('latin1'))) {
      const told =
        'Non-printable characters were included in the output and filtered. Have you selected the correct storage format?\n';
      shell.print(told, 'warning');
    }
    clearAloud();
  };

  const list = (argv: string[]) => {
    const any = (text: string | undefined) => text === undefined || text.toLowerCase() === 'any';
    const secTag = any(argv[1]) ? null : secTagOf(argv[1]);
    const type = any(argv[2]) ? null : typeOf(argv[2]);
    if (secTag === undefined || type === undefined) return;
    const tags = new Set(store.slots.flatMap((each) => each?.secTag ?? []));
    let count = 0;
    for (const tag of tags)
      for (const each of store.slots) {
        if (each?.secTag !== tag || (secTag ?? tag) !== tag || (type ?? each.type) !== each.type) continue;
        count += 1;
        const { refuse } = machine.fault;
        // Without the means for a digest the line says so, and the list goes on.
        if (refuse?.command === 'list') shell.print(`${tag},${each.type},ERROR,${refuse.error}\n`, 'error');
        else shell.print(`${tag},${each.type},${digestOf(each.bytes)},0\n`);
      }
    shell.print(`${count} credentials found.\n`);
  };

  const expiry = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    const type = secTag === undefined ? undefined : typeOf(argv[2]);
    if (secTag === undefined || type === undefined) return;
    const what = `TLS credential with sectag ${secTag} and type ${human(type)}`;
    const bytes = findCredential(store, secTag, type)?.bytes;
    if (!bytes) return shell.print(`Could not retrieve expiry for ${what} due to error: -2.\n`, 'error');
    const at = new Date(new X509Certificate(bytes).validTo);
    const text = at.toISOString().slice(0, 19).replace('T', ' ');
    shell.print(`Expiry for ${what} is ${text} (${at.getTime() / 1000}).\n`);
  };

  const load = () => {
    clearAloud();
    shell.print('Input credential, finish with CTRL+C.\n');
    shell.bypass((bytes) => {
      const end = bytes.indexOf(0x03);
      if (!append(end < 0 ? bytes : bytes.subarray(0, end))) {
        shell.bypass(undefined);
        shell.print(full, 'error');
        clearAloud();
      } else if (end >= 0) {
        shell.bypass(undefined);
        shell.print(`Stored ${buffer.length} bytes.\n`);
      }
    });
  };
  const clearCommand = () => {
    clear();
    shell.print('Credential buffer cleared.\n');
  };
  const buf = (argv: string[]) => {
    if (argv[1] === 'clear') clearAloud();
    else write(argv[1] ?? '');
  };

  /** The names of writes for the agent's faults. Certificate and chain are one item here. */
  const written = (argv: string[]) =>
    typeNames.CA.includes((argv[2] ?? '').toUpperCase())
      ? ['commit', 'commit.root']
      : ['commit', 'commit.cert', 'commit.chain'];
  return {
    help: 'TLS Credentials Commands',
    sub: {
      buf: {
        help: 'Buffer in credential data so it can be added.',
        least: 2,
        most: 2,
        names: () => ['data'],
        run: buf,
        ...(firmware.bufLoad
          ? {
              sub: {
                clear: { help: 'Clear the credential buffer', run: clearCommand },
                load: { help: 'Load credential directly to buffer so it can be added.', run: load },
              },
            }
          : {}),
      },
      add: { help: 'Add a TLS credential.', least: 5, most: 6, slow: 2, names: written, run: add },
      del: { help: 'Delete a TLS credential.', least: 3, most: 3, slow: 1, names: () => ['del'], run: del },
      get: { help: 'Retrieve the contents of a TLS credential', least: 4, most: 4, run: get },
      ...(firmware.bufLoad
        ? { expiry: { help: 'Retrieve the expiry of a TLS credential', least: 3, most: 3, run: expiry } }
        : {}),
      list: {
        help: 'List stored TLS credentials, optionally filtering by type or sectag.',
        least: 1,
        most: 3,
        names: () => ['list'],
        run: list,
      },
    },
  };
}

/** Decodes as mbedtls_base64_decode does: complete and padded, with line ends anywhere. */
function base64(text: string): Buffer | undefined {
  const plain = text.replace(/\r?\n/g, '');
  const bytes = Buffer.from(plain, 'base64');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain) ? bytes : undefined;
}
