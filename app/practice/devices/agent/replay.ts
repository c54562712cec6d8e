import { encodeFrame, frameLimit, type Mark, parseFrame } from '../../../device/drivers/agent/frame.ts';
import { createFrameLines } from '../../../device/drivers/agent/framelines.ts';
import type { Player } from '../player.ts';

/** How often a station sends a request, at most (native/agent/PROTOCOL.md section 4). */
const attempts = 8;

/**
 * Replays a conversation in the reference agent protocol. Requests are matched by their verb and item. Parts that the
 * station makes new each time (sequence numbers, nonces, certificates) may differ. Answers get the sequence number of
 * today's request.
 */
export function answerFrames(player: Player): (text: string) => void {
  const { script } = player;
  /** Recorded sequence number → today's. */
  const numbers = new Map<number, number>();
  let begun = false;
  let unanswered = 0;

  const requests = requestsIn(script);
  /** Of the answers that were damaged on their way, the last. */
  const damaged = script.findLast(({ dir, text }) => dir === 'in' && parseFrame('<', text.trimEnd()) === 'damaged');
  const answersTo = (recorded: number) =>
    script.flatMap(({ dir, text }) => (dir === 'in' && frameIn('<', text)?.seq === recorded ? [text] : []));
  const shape = (text: string) => renumbered(text, numbers);

  /** The number of the next recorded request, which the station has not sent yet. */
  let next = 0;

  /**
   * Finds the nearest request: the next one for the same place of the item, else an earlier one for it, which the
   * station repeats. If its item has no such place in the recording, any piece of the item does.
   */
  const find = (body: string): Request | undefined => {
    for (const nameOf of [placeOf, kindOf]) {
      const fits = (request: Request) => nameOf(request.body) === nameOf(body);
      const later = requests.findIndex((request, order) => order >= next && fits(request));
      if (later >= 0) next = later + 1;
      const found = later < 0 ? requests.slice(0, next).findLast(fits) : requests[later];
      if (found) return found;
    }
    return undefined;
  };

  const hear = (seq: number, body: string) => {
    const found = find(body);
    if (!found) {
      if (begun) player.end(`the recording has no answer to ${kindOf(body)}`);
      return;
    }
    const { index, seq: recorded } = found;
    begun = true;
    const at = player.at();
    numbers.set(recorded, seq);
    if (index < at) {
      // The station sent more requests than were recorded, or repeated one. It gets the last answer at once.
      const last = answersTo(recorded).at(-1);
      if (last !== undefined) player.say(shape(last));
      else if (at >= script.length) {
        // It had no whole answer in the recording either. The station gives up by itself, as it did then.
        unanswered += 1;
        if (unanswered > attempts) player.end('the recording is over');
        else if (damaged) player.say(damaged.text);
      }
      return;
    }
    // Skipped lines are not played, but answers to earlier requests are.
    for (const said of script.slice(at, index)) {
      const answer = said.dir === 'in' ? frameIn('<', said.text) : undefined;
      if (answer && numbers.has(answer.seq)) player.say(shape(said.text));
    }
    player.goOn(index, shape);
  };

  const cut = createFrameLines(frameLimit, (line) => {
    const frame = parseFrame('>', line);
    if (frame && frame !== 'damaged') hear(frame.seq, frame.body);
  });
  return (text) => cut(Buffer.from(text, 'latin1'));
}

/** A recorded request; `index` is the entry with its last byte. */
type Request = { index: number; seq: number; body: string };

/** The station's requests. It may have written one of them in pieces, or several at once. */
function requestsIn(script: Player['script']): Request[] {
  const found: Request[] = [];
  let index = 0;
  const cut = createFrameLines(frameLimit, (line) => {
    const frame = parseFrame('>', line);
    if (frame && frame !== 'damaged') found.push({ index, seq: frame.seq, body: frame.body });
  });
  for (; index < script.length; index += 1) {
    const said = script[index];
    if (said?.dir === 'out') cut(Buffer.from(said.text, 'latin1'));
  }
  return found;
}

function frameIn(mark: Mark, text: string) {
  const frame = parseFrame(mark, text.replace(/\r?\n$/, ''));
  return frame === 'damaged' ? undefined : frame;
}

/** The kind of a request. Pieces of one item are one kind; each place that is read is its own kind. */
function kindOf(body: string): string {
  const [verb = '', item = '', at = ''] = body.split(' ');
  if (verb === 'read') return `${verb} ${item} ${at}`;
  return ['data', 'commit', 'stored'].includes(verb) ? `${verb} ${item}` : verb;
}

/** The kind of a request, and for a piece of an item its place. */
const placeOf = (body: string): string => body.split(' ', body.startsWith('data ') ? 3 : 2).join(' ');

/** Replaces the number and the CRC of every whole answer in the text. Damaged answers stay damaged. */
const renumbered = (text: string, numbers: ReadonlyMap<number, number>): string =>
  text.replace(/<[0-9A-F]{4} [^*<>\r\n]*\*[0-9A-F]{8}/g, (whole) => {
    const frame = frameIn('<', whole);
    const seq = frame && numbers.get(frame.seq);
    return frame && seq !== undefined ? encodeFrame('<', { seq, body: frame.body }).trimEnd() : whole;
  });
