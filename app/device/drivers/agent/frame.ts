import { crc32 } from 'node:zlib';

/**
 * Frames of the reference agent protocol (native/agent/PROTOCOL.md, section 2): `>` marks a request, `<` an answer.
 * Both the driver and the simulated device use these functions.
 */
export type Mark = '>' | '<';

/** `seq` is 1–65535; 0 means "a line I could not read". `body` is ASCII words separated by one space. */
export type Frame = { seq: number; body: string };

/** The length of the longest frame in bytes, with its line feed. */
export const frameLimit = 256;

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/**
 * The frame as text, with its line feed.
 *
 * @throws RangeError – when the protocol cannot express the frame, which is a bug of the caller
 */
export function encodeFrame(mark: Mark, frame: Frame): string {
  if (frame.seq < 0 || frame.seq > 0xffff) throw new RangeError(`sequence number ${frame.seq}`);
  if (!/^[ -~]*$/.test(frame.body) || /[<>*]/.test(frame.body)) throw new RangeError('a mark inside a frame');
  const covered = `${mark}${hex(frame.seq, 4)} ${frame.body}`;
  const line = `${covered}*${hex(crc32(covered), 8)}\n`;
  if (line.length > frameLimit) throw new RangeError(`a frame of ${line.length} bytes`);
  return line;
}

/**
 * Reads one line without its line feed. `undefined` means that it is log and not a frame; `damaged` means that it is a
 * frame with a wrong CRC or form.
 */
export function parseFrame(mark: Mark, line: string): Frame | 'damaged' | undefined {
  const start = line.lastIndexOf(mark);
  if (start < 0) return undefined;
  const text = line.slice(start);
  if (!/^.[0-9A-F]{4} /.test(text)) return undefined;
  const match = /^(.([0-9A-F]{4}) ([^*]*))\*([0-9A-F]{8})$/.exec(text);
  if (!match || text.length + 1 > frameLimit) return 'damaged';
  const [, covered = '', seq = '', body = '', crc = ''] = match;
  return crc === hex(crc32(covered), 8) ? { seq: Number.parseInt(seq, 16), body } : 'damaged';
}

/** The text as a field. Every character that is not plain and printable becomes `%XX` (UTF-8). */
export function escapeText(text: string): string {
  const plain = /[!-~]/;
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    out += plain.test(character) && !'%<>*='.includes(character) ? character : `%${hex(byte, 2)}`;
  }
  return out;
}

/** The opposite of `escapeText`; `undefined` if malformed. */
export function unescapeText(field: string): string | undefined {
  if (!/^(?:[!-~]|%[0-9A-F]{2})*$/.test(field) || /[<>*=]|%(?![0-9A-F]{2})/.test(field)) return undefined;
  const bytes = field.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/**
 * The content of item `config`: one line `name=value` for each setting, sorted by name, so that equal settings are
 * equal bytes.
 */
export function encodeConfig(config: Record<string, string>): Uint8Array {
  const lines = Object.keys(config)
    .sort()
    .map((name) => `${name}=${escapeText(config[name] ?? '')}\n`);
  return Buffer.from(lines.join(''), 'latin1');
}

/** The opposite of `encodeConfig`; `undefined` if any line is malformed. */
export function decodeConfig(bytes: Uint8Array): Record<string, string> | undefined {
  const config: Record<string, string> = {};
  const text = Buffer.from(bytes).toString('latin1');
  if (text !== '' && !text.endsWith('\n')) return undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^([A-Za-z0-9._-]{1,32})=(.*)$/.exec(line);
    const value = match && unescapeText(match[2] ?? '');
    if (!match || value === undefined || value === null) return undefined;
    config[match[1] ?? ''] = value;
  }
  return config;
}
