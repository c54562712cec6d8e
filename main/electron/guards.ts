/**
 * The permissions of the Electron host, as pure functions. They do not import electron, so each decision is tested by
 * itself.
 */
import {
  type CallEnvelope,
  type EventName,
  isEventName,
  maxCallBytes,
  type Reply,
  StationError,
  type WindowAct,
  windowAct,
} from '../../app/contract/index.ts';
import type { Asset, Assets } from '../assets.ts';

export const scheme = 'app';
export const pageOrigin = `${scheme}://station`;
export const pageUrl = `${pageOrigin}/`;
/** The page of last resort, and the address behind its second link. */
export const troubleUrl = `${pageOrigin}/trouble`;
const restartUrl = `${pageOrigin}/restart`;

/** The frame that a message came from, as far as it matters. Null when the frame has gone meanwhile. */
export type SenderFrame = { url: string; parent: unknown } | null;
export type SenderRefusal = 'unknownWindow' | 'notTopFrame' | 'wrongOrigin';

/**
 * The three checks of VS Code's `validateIpcSender`: the web contents is one of ours, the frame is its top frame, and
 * the page in it is ours. Returns the failed check, or undefined.
 */
export function refuseSender(frame: SenderFrame, fromOurWindow: boolean): SenderRefusal | undefined {
  if (!fromOurWindow) return 'unknownWindow';
  if (frame === null || frame.parent !== null) return 'notTopFrame';
  return isOurPage(frame.url) ? undefined : 'wrongOrigin';
}

/** The refusal as the reply to a call. */
export const senderRefused = (reason: SenderRefusal): Reply => ({
  ok: false,
  error: new StationError('session.forbidden', 'This call did not come from the station’s own page.', {
    data: { reason },
  }).toJSON(),
});

/** Whether a URL is of our origin. A custom scheme's `origin` is "null" in Node, so scheme and host are compared. */
function isOurPage(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === `${scheme}:` && parsed.host === 'station' && parsed.username === '';
}

/** A page may reload itself; it may go nowhere else. */
export const mayNavigate = (url: string): boolean =>
  isOurPage(url) && URL.parse(url)?.pathname === '/' && URL.parse(url)?.search === '';

/** The act that a link on the page of last resort asks for. Undefined from any other page. */
export function troubleAct(from: string, to: string): 'again' | 'restart' | undefined {
  if (from !== troubleUrl) return undefined;
  if (to === pageUrl) return 'again';
  return to === restartUrl ? 'restart' : undefined;
}

export const openWindow = (): { action: 'deny' } => ({ action: 'deny' });
export const mayUse = (): boolean => false;

/** A message on the one invoke channel. `start` comes from a new page and drops the subscriptions of the last one. */
export type PageMessage =
  | { kind: 'start' }
  | { kind: 'call'; envelope: CallEnvelope }
  | { kind: 'subscribe'; id: number; event: EventName }
  | { kind: 'unsubscribe'; id: number }
  | { kind: 'act'; act: WindowAct };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isId = (value: unknown): value is number => Number.isSafeInteger(value);

/**
 * Checks the form of a message and, for a call, that it fits on the wire. The dispatcher checks the rest.
 * @throws `call.malformed`, `call.tooLarge`
 */
export function readMessage(raw: unknown): PageMessage {
  if (isRecord(raw)) {
    const { kind, id, event } = raw;
    if (kind === 'start') return { kind };
    if (kind === 'call') return { kind, envelope: readEnvelope(raw.envelope) };
    if (kind === 'subscribe' && isId(id) && typeof event === 'string' && isEventName(event)) return { kind, id, event };
    if (kind === 'unsubscribe' && isId(id)) return { kind, id };
    if (kind === 'act') return { kind, act: readAct(raw.act) };
  }
  throw new StationError('call.malformed', 'The page sent a message of no known form.');
}

/** The error names the field that does not fit, never its value, which may be a share of a key. */
function readAct(raw: unknown): WindowAct {
  const read = windowAct.safeParse(raw);
  if (read.success) return read.data;
  const path = read.error.issues[0]?.path.join('.') ?? '';
  throw new StationError('call.malformed', `The page asked the window for something of no known form (${path}).`);
}

/** Structured clone accepts more than JSON does, but a call is JSON on every transport. */
function readEnvelope(raw: unknown): CallEnvelope {
  let text: string | undefined;
  try {
    text = JSON.stringify(raw);
  } catch (cause) {
    throw new StationError('call.malformed', 'The call cannot be written as JSON.', { cause });
  }
  if (text === undefined) throw new StationError('call.malformed', 'The call is empty.');
  if (Buffer.byteLength(text) > maxCallBytes) {
    throw new StationError('call.tooLarge', `A call may be ${maxCallBytes} bytes at most.`);
  }
  return JSON.parse(text) as CallEnvelope;
}

/** GET, our host, no query. */
export const isPageRequest = (method: string, url: string): boolean =>
  method === 'GET' && isOurPage(url) && URL.parse(url)?.search === '';

/** The built file that a request asks for. Undefined for every path that is not listed. */
export const resolveAsset = (method: string, url: string, assets: Assets): Asset | undefined =>
  isPageRequest(method, url) ? assets.get(URL.parse(url)?.pathname ?? '') : undefined;
