import type { Clock } from '../../contract/clock.ts';
import { redactedMark } from '../../device/redact.ts';
import type { Player } from './player.ts';

/** The station may write in pieces. After this pause its text counts as whole. */
const quietMs = 40;

/**
 * Replays a conversation with a text console. It waits for the station's recorded text, and then plays the device's.
 * Parts that are new each time (certificates, nonces, secrets) may differ. The echo repeats today's text.
 */
export function answerText(player: Player, clock: Clock): (text: string) => void {
  const { script } = player;
  const echo = createEcho();
  let typed = '';
  let begun = false;
  let cancelQuiet = () => {};

  /** The station's text up to the next answer, and the index of its end. */
  const runAt = (index: number): { text: string; last: number } => {
    let text = '';
    let at = index;
    for (; script[at]?.dir === 'out'; at += 1) text += script[at]?.text ?? '';
    return { text, last: at - 1 };
  };
  const isBegin = (index: number) => script[index]?.dir === 'out' && script[index - 1]?.dir !== 'out';

  /** Finds the nearest text that is the same: first the next one, then later ones, then earlier ones. */
  const find = (): number => {
    const same = sameAs(typed);
    const fits = (index: number) => isBegin(index) && same(runAt(index).text);
    for (let index = player.at(); index < script.length; index += 1) if (fits(index)) return index;
    for (let index = player.at() - 1; index >= 0; index -= 1) if (fits(index)) return index;
    return -1;
  };

  const look = () => {
    const expected = runAt(player.at()).text;
    // In the recording, too, the station waited here and got no answer.
    if (expected !== typed && expected.startsWith(typed)) return;
    const index = find();
    const said = typed;
    typed = '';
    if (index >= 0) {
      begun = true;
      const run = runAt(index);
      echo.typed(run.text, said);
      const counts = countsOf(run.text, said);
      player.goOn(run.last, (text) => counts(echo.shape(text)));
    } else if (begun) {
      const over = player.at() >= script.length;
      player.end(over ? 'the recording is over' : `the recording has no answer to "${said.trim().slice(0, 60)}"`);
    }
  };

  return (text) => {
    typed += text;
    cancelQuiet();
    for (;;) {
      const { text: expected, last } = runAt(player.at());
      if (expected === '' || !typed.startsWith(expected)) break;
      begun = true;
      typed = typed.slice(expected.length);
      player.goOn(last, echo.shape);
    }
    if (typed !== '') cancelQuiet = clock.after(quietMs, look);
  };
}

/**
 * Compares texts without their parts that differ each time: certificates and other long words of base64 or hex, and
 * redacted text.
 */
function sameAs(today: string): (recorded: string) => boolean {
  const loosely = loose(today);
  return (recorded) => {
    const parts = recorded.split(redactedMark).map(loose);
    if (parts.length === 1) return parts[0] === loosely;
    let at = 0;
    for (const part of parts) {
      const found = loosely.indexOf(part, at);
      if (found < 0 || (at === 0 && found > 0)) return false;
      at = found + part.length;
    }
    return true;
  };
}

function loose(text: string): string {
  // A line of a certificate that is typed line by line. Its last line may be short.
  if (/^(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)[\r\n]*$/.test(text)) return '#';
  return text.replace(/-----BEGIN ([A-Z ]+)-----[\s\S]*-----END \1-----(?:\r?\n|\\n)?/g, '#').replace(longWord, '#');
}

const longWord = /[A-Za-z0-9+/_-]{20,}={0,2}/g;

/** Today's certificate may be longer. Where the device reported a length, the replay reports today's. */
function countsOf(recorded: string, today: string): (text: string) => string {
  const lengths = [recorded, today].map((text) => (text.match(longWord) ?? []).map((word) => String(word.length)));
  const now = new Map(lengths[0]?.map((length, index) => [length, lengths[1]?.[index] ?? length]));
  return (text) => text.replace(/\b\d+\b/g, (count) => now.get(count) ?? count);
}

/** The recorded echo with today's words, even if it comes in pieces and with control characters in between. */
function createEcho() {
  let recorded = '';
  let today = '';
  return {
    typed(then: string, now: string) {
      recorded = then === now ? '' : then.replace(/[\r\n\x03]/g, '');
      today = then === now ? '' : now.replace(/[\r\n\x03]/g, '');
    },
    shape(text: string): string {
      if (recorded === '') return text;
      let shaped = '';
      let at = 0;
      for (; at < text.length && recorded !== ''; at += 1) {
        const char = text[at] ?? '';
        if (char === recorded[0]) {
          const isLast = recorded.length === 1;
          shaped += isLast ? today : today.slice(0, 1);
          recorded = recorded.slice(1);
          today = isLast ? '' : today.slice(1);
        } else if (char < ' ') shaped += char;
        else {
          // There is no echo, or log broke it. It is played as it was.
          recorded = '';
          break;
        }
      }
      return shaped + text.slice(at);
    },
  };
}
