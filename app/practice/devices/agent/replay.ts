import { encodeFrame, type Mark, parseFrame } from '../../../device/drivers/agent/frame.ts';
import { createFrameLines } from '../../../device/drivers/agent/framelines.ts';
import type { Player } from '../player.ts';

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

  /** A paced request may have been recorded in parts, with an answer in between. It counts at its last part. */
  let part = '';
  const requests = script.map(({ dir, text }) => {
    if (dir === 'in') return undefined;
    part += text;
    if (!text.endsWith('\n')) return undefined;
    const whole = part;
    part = '';
    return frameIn('>', whole);
  });
  const answersTo = (recorded: number) =>
    script.flatMap(({ dir, text }) => (dir === 'in' && frameIn('<', text)?.seq === recorded ? [text] : []));
  const shape = (text: string) => renumbered(text, numbers);

  /** Finds the nearest request of this kind: first the next one, then later ones, then earlier ones. */
  const find = (body: string): number => {
    const kind = kindOf(body);
    const fits = (index: number) => requests[index] !== undefined && kindOf(requests[index].body) === kind;
    for (let index = player.at(); index < script.length; index += 1) if (fits(index)) return index;
    for (let index = player.at() - 1; index >= 0; index -= 1) if (fits(index)) return index;
    return -1;
  };

  const hear = (seq: number, body: string) => {
    const index = find(body);
    const recorded = requests[index]?.seq;
    if (recorded === undefined) {
      if (begun) player.end(`the recording has no answer to ${kindOf(body)}`);
      return;
    }
    begun = true;
    const at = player.at();
    numbers.set(recorded, seq);
    if (index < at) {
      // The station sent more requests than were recorded, or repeated one. It gets the last answer at once.
      const last = answersTo(recorded).at(-1);
      if (last !== undefined) player.say(shape(last));
      else if (at >= script.length) player.end('the recording is over');
      return;
    }
    // Skipped lines are not played, but answers to earlier requests are.
    for (const said of script.slice(at, index)) {
      const answer = said.dir === 'in' ? frameIn('<', said.text) : undefined;
      if (answer && numbers.has(answer.seq)) player.say(shape(said.text));
    }
    player.goOn(index, shape);
  };

  const cut = createFrameLines(1024, (line) => {
    const frame = parseFrame('>', line);
    if (frame && frame !== 'damaged') hear(frame.seq, frame.body);
  });
  return (text) => cut(Buffer.from(text, 'latin1'));
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

/** Replaces the number and the CRC of every whole answer in the text. Damaged answers stay damaged. */
const renumbered = (text: string, numbers: ReadonlyMap<number, number>): string =>
  text.replace(/<[0-9A-F]{4} [^*<>\r\n]*\*[0-9A-F]{8}/g, (whole) => {
    const frame = frameIn('<', whole);
    const seq = frame && numbers.get(frame.seq);
    return frame && seq !== undefined ? encodeFrame('<', { seq, body: frame.body }).trimEnd() : whole;
  });
