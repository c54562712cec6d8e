import { isDeepStrictEqual } from 'node:util';
import { StationError } from '../../../contract/errors.ts';
import type { Terminal } from '../../terminal.ts';
import { assertAccepted, assertTypable, bytesIn, type CsrParts, derIn, partsOf, pemLines, settingIn } from './cli.ts';

/**
 * This line is longer than a line of a certificate may be, so it ends an import that was left open. At the prompt the
 * blanks mean nothing. In both cases only this firmware gives such an answer.
 */
const whereAreWe = 'conf get thing_name'.padEnd(70);
const limitsMs = { short: 2_000, read: 5_000, write: 5_000, key: 10_000 } as const;
/** If one byte in a thousand changes on its way, only every other certificate arrives whole. */
const tries = 10;
const writes = 4;
/**
 * Some firmware ends an import at the footer, although its help asks for two blank lines. At the prompt blank lines
 * mean nothing.
 */
export const withBlanks = '\r\n\r\n\r\n';

/** A config value of the device under the device's own key. */
export type Setting = [key: string, value: string];

/**
 * The acts on the console. Each repeats until its outcome is certain. `onUnderstood` is called when the device has
 * shown that it knows the commands.
 *
 * @throws as `Device`
 */
export function createActs(terminal: Terminal, onUnderstood: () => void) {
  /** The values that this conversation has seen committed. */
  const committed = new Map<string, string>();
  let atPrompt = false;

  /** Sends a line that may be repeated, until `read` finds its answer whole (not `undefined`). */
  const ask = async <T>(
    line: string,
    limitMs: number,
    read: (lines: string[], last: boolean) => T | undefined,
    end?: string,
  ): Promise<T> => {
    let failure = new StationError('link.garbled', `the answer to "${line.trim()}" never came whole`);
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        const found = read(await terminal.enter(line, limitMs, end), attempt === tries);
        if (found !== undefined) return found;
      } catch (thrown) {
        failure = onlyLink(thrown);
        // Repeating does not help against silence.
        if (failure.code === 'link.timeout' && attempt > 1) break;
      }
    }
    throw failure;
  };

  /**
   * Returns to the prompt from any state that an earlier conversation left.
   *
   * @throws device.incompatible – when the firmware is another one
   */
  const begin = async () => {
    if (atPrompt) return;
    const read = (lines: string[], last: boolean) => {
      const unknown = lines.some((line) => line.startsWith('Command not recog'));
      if (unknown && last) throw strange('the device has no command "conf"', 'notBuiltIn');
      return settingIn('thing_name', lines);
    };
    await ask(whereAreWe, limitsMs.short, read, withBlanks);
    atPrompt = true;
    onUnderstood();
  };

  const get = (key: string) =>
    ask(`conf get ${key}`, limitsMs.short, (lines) => {
      const value = settingIn(key, lines);
      if (value === undefined) assertAccepted('conf get', lines);
      return value;
    });

  /** A character of an answer may have changed on its way. A difference counts only once it has come twice alike. */
  const same = async <T>(read: () => Promise<T>, wanted: T): Promise<{ same: boolean; found: T }> => {
    let before: T | undefined;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const found = await read();
      if (isDeepStrictEqual(found, wanted)) return { same: true, found };
      if (isDeepStrictEqual(found, before)) return { same: false, found };
      before = found;
    }
    throw new StationError('link.garbled', 'what the device holds is read differently each time');
  };

  const holds = (key: string, value: string) => same(() => get(key), value);

  const stage = async (key: string, value: string) => {
    if ((await get(key)) === value) return;
    await ask(`conf set ${key} ${value}`.trimEnd(), limitsMs.short, (lines) => {
      assertAccepted('conf set', lines);
      return lines.length > 0 || undefined;
    });
  };

  const commit = () =>
    ask('conf commit', limitsMs.write, (lines) => {
      assertAccepted('conf commit', lines);
      return lines.includes('Configuration saved to NVM.') || undefined;
    });

  /** Staged values look like stored ones. So a value counts only after a commit of this conversation. */
  const configure = async (values: Setting[]) => {
    const open = ([key, value]: Setting) => committed.get(key) !== value;
    for (const [key, value] of values) assertTypable(key, value);
    // A device that restarts in between loses the staged values.
    for (let attempt = 0; attempt < 2 && values.some(open); attempt += 1) {
      for (const [key, value] of values) await stage(key, value);
      await commit();
      for (const [key, value] of values) if ((await holds(key, value)).same) committed.set(key, value);
    }
    const lost = values.find(open);
    if (lost) throw refused(`the device does not keep ${lost[0]}`, 'notKept');
  };

  /**
   * `null` when the device says that there is no such key. A bad signature counts as the device's own only when all the
   * rest came alike most times; then the CA's checks judge it.
   */
  const readRequest = async (): Promise<CsrParts | null> => {
    let silent = 0;
    const seen: string[] = [];
    return ask('pki generate csr', limitsMs.read, (lines, last) => {
      const der = derIn('CERTIFICATE REQUEST', lines);
      if (der === null) return ++silent > 1 ? null : undefined;
      const parts = der && partsOf(der);
      if (!parts || parts.verified) return parts;
      seen.push(parts.contentHex);
      return last && seen.filter((each) => each === parts.contentHex).length > tries / 2 ? parts : undefined;
    });
  };

  const readKey = () =>
    ask('pki export key', limitsMs.read, (lines) => {
      // Only these words mean that there is no key. On anything less the next command would overwrite a key.
      if (lines.some((line) => /^ERROR: Failed to locate public key with label: '/.test(line))) return null;
      return derIn('PUBLIC KEY', lines) ?? undefined;
    });

  const readCertificate = (label: string) =>
    ask(`pki export cert ${label}`, limitsMs.read, (lines) => bytesIn('CERTIFICATE', lines));

  const holdsCertificate = (label: string, der: Uint8Array) =>
    same<Buffer | null>(() => readCertificate(label), Buffer.from(der));

  /** Enters one certificate. Not its answer decides, but the reading afterwards. */
  const enterCertificate = async (label: string, lines: string[], onLine: (bytes: number) => void) => {
    assertAccepted('pki import cert', await terminal.enter(`pki import cert ${label}`, limitsMs.short));
    for (const [at, line] of lines.entries()) {
      const isLast = at === lines.length - 1;
      const answer = await terminal.enter(
        line,
        isLast ? limitsMs.write : limitsMs.short,
        isLast ? withBlanks : undefined,
      );
      assertAccepted('pki import cert', answer);
      onLine(line.length + 2);
    }
  };

  const write = async (label: string, der: Uint8Array, onLine: (bytes: number) => void) => {
    const lines = pemLines(der);
    let failure = refused(`the device took the certificate for ${label} and does not hold it`, 'notKept');
    if ((await readCertificate(label))?.equals(der)) return;
    for (let attempt = 0; attempt < writes; attempt += 1) {
      try {
        await enterCertificate(label, lines, onLine);
      } catch (thrown) {
        failure = onlyLink(thrown);
        atPrompt = false;
        await begin();
      }
      if ((await holdsCertificate(label, der)).same) return;
    }
    throw failure;
  };

  /**
   * The answer to the command may be lost. Then the request on the device decides, which must not be that of the key
   * `before`.
   */
  const generate = async (before: CsrParts | null) => {
    let failure = refused('the device made no key', 'noKey');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        assertAccepted('pki generate key', await terminal.enter('pki generate key', limitsMs.key));
      } catch (thrown) {
        failure = onlyLink(thrown);
      }
      const made = await readRequest();
      if (made && !(before && Buffer.from(made.spkiDer).equals(before.spkiDer))) return made;
    }
    throw failure;
  };

  return { begin, get, configure, readRequest, readKey, readCertificate, holds, holdsCertificate, write, generate };
}

/** Passes an error of the line, after which the caller may check and try again. Other errors are thrown. */
function onlyLink(thrown: unknown): StationError {
  if (thrown instanceof StationError && ['link.garbled', 'link.timeout'].includes(thrown.code)) return thrown;
  throw thrown;
}

/** The error for a device that cannot do what the station needs. */
export const strange = (detail: string, reason?: string) =>
  new StationError('device.incompatible', detail, reason === undefined ? {} : { data: { reason } });
/** The error for a device that did not do what the station asked for; `reason` goes into the data. */
export const refused = (detail: string, reason: string) =>
  new StationError('device.refused', detail, { data: { reason } });
