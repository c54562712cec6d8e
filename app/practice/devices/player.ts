/** One thing that was said; `text` has one character a byte. */
export type Said = { ms: number; dir: 'out' | 'in'; text: string };

/** Where a replay stands in its script. What the device said is played as it comes up to it. */
export type Player = {
  readonly script: readonly Said[];
  /** The next thing the station said; the end of the script where there is no more. */
  at(): number;
  /** Goes on behind `index`, and says what the device said there. `shape` puts today's words for the recorded ones. */
  goOn(index: number, shape: (text: string) => string): void;
  /** Says this now. */
  say(text: string): void;
  /** Cuts the wire: the recording has nothing for what the station says. */
  end(reason: string): void;
};
