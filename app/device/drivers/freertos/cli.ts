/** The words of the `pki` and `conf` commands: FreeRTOS/iot-reference-stm32u5, Common/cli/cli_pki.c and cli_conf.c. */
import { createPublicKey, verify } from 'node:crypto';
import { type ErrorCode, StationError } from '../../../contract/errors.ts';
import { pemOf } from '../../pem.ts';

/** `cli_uart_drv.c` takes 127 characters a line and drops the rest without a word. */
export const longestLine = 127;
/** `PEM_CERT_MAX_LEN`. Each certificate has its own import. */
export const longestPem = 2048;

/** The device's names for the station's config values. */
export const configKeys: ReadonlyMap<string, string> = new Map([
  ['endpoint', 'mqtt_endpoint'],
  ['thingName', 'thing_name'],
]);

/** Log lines go out when the firmware has nothing else to do: `<INF>    10422 [WLAN      ] …` (logging.c). */
export const isLog = (line: string): boolean => /^<[A-Z]{3}> +\d+ \[/.test(line);

/**
 * The value in an answer to `conf get` or `conf set`; `undefined` when there is none, and then the caller reads again.
 */
export function settingIn(key: string, lines: readonly string[]): string | undefined {
  const answer = lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
  return answer === undefined ? undefined : /^"([ -~]*)"$/.exec(answer)?.[1];
}

/** The lines that refuse. No other line of an answer matches them. */
const refusals: readonly { line: RegExp; code: ErrorCode; reason: string }[] = [
  { line: /^ERROR: Failed to generate/, code: 'device.keyFailed', reason: 'keyFailed' },
  { line: /^Error: Out of memory/, code: 'device.storageFull', reason: 'outOfMemory' },
  { line: /^Error: failed to save/, code: 'device.storageFull', reason: 'notSaved' },
  { line: /^Error: Could not save configuration/, code: 'device.refused', reason: 'notSaved' },
  { line: /^Error: key: .* was not recognized/, code: 'device.incompatible', reason: 'unknownKey' },
  // A line of a certificate arrived damaged. The import is over, and the rest of the certificate arrives at the prompt.
  { line: /^Error: (Current line|PEM )|^Command not recognized/, code: 'link.garbled', reason: 'importEnded' },
  { line: /^error\b/i, code: 'device.refused', reason: 'error' },
];

/**
 * Checks that no line of the answer refuses.
 *
 * @throws device.* or link.garbled – by the line that refuses, see `refusals`
 */
export function assertAccepted(command: string, lines: readonly string[]): void {
  for (const line of lines) {
    const refusal = refusals.find((each) => each.line.test(line));
    if (!refusal) continue;
    const words = line.replace(/[^ -~]/g, '?').slice(0, 120);
    throw new StationError(refusal.code, `the device answered "${words}" to ${command}`, {
      data: { command, reason: refusal.reason },
    });
  }
}

/**
 * Checks that a value can be typed. Words end at blanks.
 *
 * @throws device.incompatible – for a character that cannot be typed
 * @throws device.storageFull – for a value that is too long for a line
 */
export function assertTypable(key: string, value: string): void {
  if (!/^[!-~]*$/.test(value) || value.includes('"'))
    throw new StationError(
      'device.incompatible',
      `${key} has a character that cannot be typed at the device's console`,
    );
  if (`conf set ${key} ${value}`.length > longestLine)
    throw new StationError(
      'device.storageFull',
      `${key} has ${value.length} characters, too many for the device's line`,
    );
}

/** The bytes of a PEM in an answer; `null` when the answer is empty, `undefined` for a PEM that did not come whole. */
export function bytesIn(what: string, lines: readonly string[]): Buffer | null | undefined {
  const begin = lines.indexOf(`-----BEGIN ${what}-----`);
  const end = lines.indexOf(`-----END ${what}-----`);
  if (begin < 0 || end < begin) return lines.length === 0 ? null : undefined;
  const body = lines.slice(begin + 1, end);
  if (!body.every((line) => /^[A-Za-z0-9+/]{1,64}={0,2}$/.test(line))) return undefined;
  return Buffer.from(body.join(''), 'base64');
}

/** The same for a whole DER element. Do not use it for certificates: a device may hold and report other bytes. */
export function derIn(what: string, lines: readonly string[]): Buffer | null | undefined {
  const bytes = bytesIn(what, lines);
  return !bytes || element(bytes, 0)?.end === bytes.length ? bytes : undefined;
}

/** The PEM as it is typed, line by line; no line is longer than 64 characters. */
export const pemLines = (der: Uint8Array): string[] => pemOf(der, '\n').trimEnd().split('\n');

/** `contentHex` is the request without its signature. */
export type CsrParts = { der: Buffer; contentHex: string; spkiDer: Buffer; verified: boolean };

/** The algorithm ecdsa-with-SHA256, and its form with NULL, which firmware with Mbed TLS 2.28 writes. */
const algorithms = ['300a06082a8648ce3d040302', '300c06082a8648ce3d0403020500'];

/**
 * The parts of a request (RFC 2986); `undefined` for other bytes. `verified` says whether its signature is good. This
 * tells a bad line from a bad device; the CA judges the request later.
 */
export function partsOf(der: Buffer): CsrParts | undefined {
  const [info, algorithm, signature] = children(der, element(der, 0));
  const spki = info && children(der, info)[2];
  if (!info || !algorithm || !signature || !spki) return undefined;
  const spkiDer = der.subarray(spki.at, spki.end);
  // The signature does not cover the bytes around the content.
  const sound =
    der[0] === 0x30 &&
    algorithms.includes(der.toString('hex', algorithm.at, algorithm.end)) &&
    der[signature.at] === 0x03 &&
    der[signature.from] === 0;
  const verified =
    sound && signs(spkiDer, der.subarray(info.at, info.end), der.subarray(signature.from + 1, signature.end));
  return { der, contentHex: der.toString('hex', info.at, signature.at), spkiDer, verified };
}

function signs(spkiDer: Buffer, message: Buffer, signature: Buffer): boolean {
  try {
    return verify('sha256', message, createPublicKey({ key: spkiDer, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

/** Offsets of one DER element: its first byte, its content, the byte after it. */
type Element = { at: number; from: number; end: number };

function element(der: Buffer, at: number): Element | undefined {
  const first = der[at + 1];
  if (first === undefined) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > 3 || at + 2 + count > der.length) return undefined;
  const length = count === 0 ? first : der.readUIntBE(at + 2, count);
  const from = at + 2 + count;
  return from + length > der.length ? undefined : { at, from, end: from + length };
}

function children(der: Buffer, parent: Element | undefined): Element[] {
  const found: Element[] = [];
  for (let at = parent?.from ?? 0; parent && at < parent.end; ) {
    const child = element(der, at);
    if (!child) return [];
    found.push(child);
    at = child.end;
  }
  return found;
}
