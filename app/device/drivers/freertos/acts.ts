import { isDeepStrictEqual } from 'node:util';
import { StationError } from '../../../contract/errors.ts';
import type { Terminal } from '../../terminal.ts';
import { assertAccepted, assertTypable, bytesIn, type CsrParts, derIn, partsOf, pemLines, settingIn } from './cli.ts';

/**
 * Longer than a line of a certificate may be, so that an import that was begun and never ended is over with it; at the prompt
 * the blanks mean nothing. Either way the answer is one that only this firmware gives.
 */
const whereAreWe = 'conf get thing_name'.padEnd(70);
const limitsMs = { short: 2_000, read: 5_000, write: 5_000, key: 10_000 } as const;
/** A certificate comes whole only every other time where one byte in a thousand is changed on its way. */
const tries = 10;
const writes = 4;
/** Some firmware ends an import at the footer, its help asks for two blank lines; at the prompt they are nothing. */
export const withBlanks = '\r\n\r\n\r\n';

/** A value of the device's configuration under the device's own key. */
export type Setting = [key: string, value: string];

/** What can be done at the console, each act as often as it takes to be sure of its outcome. Errors: `Device`. */
export function createActs(terminal: Terminal) {
  /** What this conversation has seen committed. */
  const committed = new Map<string, string>();
  let atPrompt = false;

  /** Says a line that may be said again until `read` finds its answer whole (not `undefined`). */
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
        // Silence is not mended by patience.
        if (failure.code === 'link.timeout' && attempt > 1) break;
      }
    }
    throw failure;
  };

  /**
   * Back to the prompt from wherever an earlier conversation stopped.
   * @throws device.incompatible – where the firmware is another one
   */
  const begin = async () => {
    if (atPrompt) return;
    const read = (lines: string[], last: boolean) => {
      const unknown = lines.some((line) => line.startsWith('Command not recog'));
      if (unknown && last) throw strange('the device has no command "conf"');
      return settingIn('thing_name', lines);
    };
    await ask(whereAreWe, limitsMs.short, read, withBlanks);
    atPrompt = true;
  };

  const get = (key: string) =>
    ask(`conf get ${key}`, limitsMs.short, (lines) => {
      const value = settingIn(key, lines);
      if (value === undefined) assertAccepted('conf get', lines);
      return value;
    });

  /** A character of an answer may have changed on its way: what differs is believed once it has come twice alike. */
  const same = async <T>(read: () => Promise<T>, wanted: T): Promise<{ same: boolean; found: T }> => {
    let before: T | undefined;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const found = await read();
      if (isDeepStrictEqual(found, wanted)) return { same: true, found };
      if (attempt > 0 && isDeepStrictEqual(found, before)) return { same: false, found };
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

  /** Staged values show as if they were stored: only after a commit of our own is one believed. */
  const configure = async (values: Setting[]) => {
    const open = ([key, value]: Setting) => committed.get(key) !== value;
    for (const [key, value] of values) assertTypable(key, value);
    // A device that restarts in between has forgotten what was staged.
    for (let attempt = 0; attempt < 2 && values.some(open); attempt += 1) {
      for (const [key, value] of values) await stage(key, value);
      await commit();
      for (const [key, value] of values) if ((await holds(key, value)).same) committed.set(key, value);
    }
    const lost = values.find(open);
    if (lost) throw refused(`the device does not keep ${lost[0]}`, 'notKept');
  };

  /**
   * `null` where the device has nothing to say: no such key. A bad signature is the device's own, for the gate of the CA to
   * judge, only where all the rest came alike most times.
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
      // Nothing less than these words means that there is no key: the next command would overwrite it.
      if (lines.some((line) => /^ERROR: Failed to locate public key with label: '/.test(line))) return null;
      return derIn('PUBLIC KEY', lines) ?? undefined;
    });

  const readCertificate = (label: string) =>
    ask(`pki export cert ${label}`, limitsMs.read, (lines) => bytesIn('CERTIFICATE', lines));

  const holdsCertificate = (label: string, der: Uint8Array) =>
    same<Buffer | null>(() => readCertificate(label), Buffer.from(der));

  /** One import; its answer decides nothing, reading back does. */
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

  /** Its answer may be lost: what is there afterwards tells, and is not the key of `before`. */
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

/** An error of the line, after which one may look and try again; anything else goes on its way. */
function onlyLink(thrown: unknown): StationError {
  if (thrown instanceof StationError && ['link.garbled', 'link.timeout'].includes(thrown.code)) return thrown;
  throw thrown;
}

/** For a device that cannot do what is asked of it. */
export const strange = (detail: string) => new StationError('device.incompatible', detail);
/** For a device that does not do what is asked of it; `reason` goes into the data. */
export const refused = (detail: string, reason: string) =>
  new StationError('device.refused', detail, { data: { reason } });
