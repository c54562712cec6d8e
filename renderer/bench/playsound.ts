import { sharedValue } from '../sharedvalue.ts';
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

/**
 * `blocked`: the browser plays nothing before a click or a key. `none`: it plays nothing after one either, because the
 * computer has no output.
 */
export type SoundState = 'ready' | 'blocked' | 'none';

/** An output that is allowed begins within this time. */
const startMs = 700;

export const soundState = sharedValue<SoundState>('ready');
let context: AudioContext | undefined;

/** Finds out whether sounds can be heard, and switches them on at the first click or key. Returns the end of it. */
export function watchSound(): () => void {
  context ??= new AudioContext();
  const output = context;
  let timer: ReturnType<typeof setTimeout>;
  const tell = (otherwise: SoundState) => soundState.set(output.state === 'running' ? 'ready' : otherwise);
  const onGesture = () => {
    if (output.state === 'running') return soundState.set('ready');
    void output.resume();
    clearTimeout(timer);
    timer = setTimeout(tell, startMs, 'none');
  };
  const onChange = () => output.state === 'running' && soundState.set('ready');
  void output.resume();
  timer = setTimeout(tell, startMs, 'blocked');
  output.addEventListener('statechange', onChange);
  for (const gesture of gestures) window.addEventListener(gesture, onGesture, true);
  return () => {
    clearTimeout(timer);
    output.removeEventListener('statechange', onChange);
    for (const gesture of gestures) window.removeEventListener(gesture, onGesture, true);
  };
}

const gestures = ['pointerdown', 'pointerup', 'keydown'] as const;

export function playSound(sound: Sound): void {
  // The tones of a blocked output would wait, and all sound at once with the first click.
  if (soundState.get() !== 'ready') return;
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
