/**
 * Tells a keyboard-wedge scan from typing. A scanner sends its characters a few milliseconds apart and ends with Enter;
 * people do not. Pure: key presses with their times in, what to do with each out.
 */

/** Longest pause inside a scan, in milliseconds. Wired scanners pause 1–10, Bluetooth ones up to about 40. */
export const maxGapMs = 50;
/** Shorter bursts are typing. */
export const minLength = 4;
/** This many characters of a burst reach the focused field before it is clear that nobody types that fast. */
export const leakLength = 2;

export type KeyPress = {
  /** `KeyboardEvent.key`. */
  key: string;
  /** `KeyboardEvent.timeStamp`, milliseconds. */
  at: number;
  /** With Ctrl, Alt or Meta, repeating, or part of a composition: never a scanner. */
  chord: boolean;
};

/** The burst so far: the first characters went through, the rest are held back. */
export type Reading = { text: string; lastAt: number };

export type Verdict =
  /** Not ours: the page handles the key. */
  | { kind: 'leave' }
  /** Keep the key from the page. */
  | { kind: 'hold' }
  /** Keep the Enter from the page, take back what leaked, and deliver the text. */
  | { kind: 'scan'; text: string };

export type Step = {
  reading: Reading;
  /** Characters held back that were typing after all: give them to the field before handling this key. */
  release: string;
  verdict: Verdict;
};

export const nothingRead: Reading = { text: '', lastAt: Number.NEGATIVE_INFINITY };

const held = (reading: Reading) => reading.text.slice(leakLength);
const isModifier = (key: string) => key === 'Shift' || key === 'CapsLock' || key === 'AltGraph' || key === 'NumLock';

export function press(reading: Reading, { key, at, chord }: KeyPress): Step {
  if (isModifier(key)) return { reading, release: '', verdict: { kind: 'leave' } };
  const quick = reading.text !== '' && at - reading.lastAt <= maxGapMs;
  const typing = (next: Reading): Step => ({ reading: next, release: held(reading), verdict: { kind: 'leave' } });

  if (chord) return typing(nothingRead);
  if (key === 'Enter' && quick && reading.text.length >= minLength) {
    return { reading: nothingRead, release: '', verdict: { kind: 'scan', text: reading.text } };
  }
  if (key.length !== 1) return typing(nothingRead);
  if (!quick) return typing({ text: key, lastAt: at });
  const text = reading.text + key;
  const verdict: Verdict = text.length > leakLength ? { kind: 'hold' } : { kind: 'leave' };
  return { reading: { text, lastAt: at }, release: '', verdict };
}

/** Time passed without a key: a burst that stopped short of Enter was typing. */
export function pause(reading: Reading, at: number): Step {
  if (at - reading.lastAt <= maxGapMs) return { reading, release: '', verdict: { kind: 'leave' } };
  return { reading: nothingRead, release: held(reading), verdict: { kind: 'leave' } };
}
