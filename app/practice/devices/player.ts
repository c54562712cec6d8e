/** One piece of a conversation. `text` has one character a byte. */
export type Said = { ms: number; dir: 'out' | 'in'; text: string };

/** The position of a replay in its script. The device's text is played when the replay reaches it. */
export type Player = {
  readonly script: readonly Said[];
  /** The index of the station's next text; the end of the script when there is none. */
  at(): number;
  /** Continues behind `index` and plays the device's text there. `shape` replaces recorded words by today's. */
  goOn(index: number, shape: (text: string) => string): void;
  /** Plays this text now. */
  say(text: string): void;
  /** Cuts the wire, because the recording has no answer to the station's text. */
  end(reason: string): void;
};
