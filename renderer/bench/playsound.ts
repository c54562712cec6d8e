import type { Sound } from './stateappearance.ts';

/**
 * Hertz, start and length in seconds. Pass rises, fail falls and growls, and a refused scan knocks twice. They differ
 * in pitch, rhythm and timbre.
 */
const tunes: Record<Sound, { wave: OscillatorType; notes: readonly (readonly [number, number, number])[] }> = {
  ask: { wave: 'sine', notes: [[880, 0, 0.07]] },
  pass: {
    wave: 'sine',
    notes: [
      [660, 0, 0.12],
      [990, 0.13, 0.22],
    ],
  },
  fail: {
    wave: 'sawtooth',
    notes: [
      [196, 0, 0.22],
      [147, 0.26, 0.42],
    ],
  },
  check: {
    wave: 'square',
    notes: [
      [440, 0, 0.1],
      [440, 0.18, 0.1],
      [440, 0.36, 0.1],
    ],
  },
  refused: {
    wave: 'triangle',
    notes: [
      [262, 0, 0.06],
      [262, 0.1, 0.14],
    ],
  },
};

let context: AudioContext | undefined;

export function playSound(sound: Sound): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  const { wave, notes } = tunes[sound];
  for (const [hertz, start, length] of notes) {
    const from = context.currentTime + start;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = wave;
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, from);
    gain.gain.exponentialRampToValueAtTime(wave === 'sine' ? 0.35 : 0.16, from + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + length);
    tone.connect(gain).connect(context.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}
