import type { Clock } from '../../contract/clock.ts';
import type { TranscriptLine } from '../../contract/transcript.ts';
import type { ByteChannel } from '../../device/channel.ts';
import { bytesOf } from '../../device/transcript.ts';
import type { Player, Said } from './player.ts';
import { answerText } from './replaytext.ts';
import { firmwareOf } from './simulated.ts';
import { createWire } from './wire.ts';

export type ReplayOptions = {
  clock: Clock;
  /** The driver of the recorded conversation. */
  driver: string;
  lines: readonly TranscriptLine[];
  /** Plays the recorded pauses so many times faster. Without it there are no pauses. */
  speed?: number | undefined;
  /** Called with the reason of the end, in words: the recording was over, or it had no answer. */
  onEnd?: ((reason: string) => void) | undefined;
};

/**
 * A device that plays back another one's answers. Each connection begins from the start. It has no key, so its
 * signatures are never fresh.
 */
export type ReplayDevice = { connect(): ByteChannel; powerOff(): void };

/** The time for the last bytes to arrive before the wire is cut. */
const lastWordsMs = 20;

export function createReplay({ clock, driver, lines, speed, onEnd }: ReplayOptions): ReplayDevice {
  let powerOff = () => {};
  return {
    powerOff: () => powerOff(),
    connect() {
      powerOff();
      const wire = createWire({ baud: 0, clock, alter: (bytes) => bytes });
      powerOff = wire.cut;
      const { script, ending } = scriptOf(lines);
      let next = 0;
      let dueMs = clock.monotonicMs();
      let ended = false;

      const say = (text: string) => void wire.device.send(Buffer.from(text, 'latin1'), dueMs);
      const end = (reason: string) => {
        if (ended) return;
        ended = true;
        const cut = () => {
          wire.cut();
          onEnd?.(reason);
        };
        clock.after(Math.max(0, dueMs - clock.monotonicMs()) + lastWordsMs, cut);
      };
      const play = (shape: (text: string) => string) => {
        dueMs = Math.max(dueMs, clock.monotonicMs());
        for (let said = script[next]; said?.dir === 'in'; said = script[next]) {
          if (speed !== undefined) dueMs += (said.ms - (script[next - 1]?.ms ?? 0)) / speed;
          say(shape(said.text));
          next += 1;
        }
        if (next >= script.length && ending !== undefined) end(ending);
      };
      const player: Player = {
        script,
        at: () => next,
        goOn(index, shape) {
          next = index + 1;
          play(shape);
        },
        say(text) {
          dueMs = Math.max(dueMs, clock.monotonicMs());
          say(text);
        },
        end,
      };
      const hear = (firmwareOf(driver)?.replay ?? answerText)(player, clock);
      wire.device.onBytes((bytes) => {
        if (!ended) hear(Buffer.from(bytes).toString('latin1'));
      });
      play((text) => text);
      return wire.channel;
    },
  };
}

/** The part that can be played: up to the loss of the port, or up to a part that was left out. */
function scriptOf(lines: readonly TranscriptLine[]): { script: Said[]; ending?: string } {
  const script: Said[] = [];
  for (const { ms, dir, text, leftOut, lost } of lines) {
    if (lost) return { script, ending: 'the port was gone here' };
    if (leftOut !== undefined) return { script, ending: 'what came next was left out of the recording' };
    script.push({ ms, dir, text: bytesOf(text).toString('latin1') });
  }
  return { script };
}
