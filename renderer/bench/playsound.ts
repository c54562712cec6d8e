import { atStart } from '../atstart.ts';
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
/** An output that was silent for this time is switched off: it takes the processor's time also while it plays nothing. */
const restAfterMs = 2000;

export const soundState = sharedValue<SoundState>('ready');
let context: AudioContext | undefined;
let restTimer: ReturnType<typeof setTimeout> | undefined;
/** The output can be heard, and is off until the next tone. */
let resting = false;

function restIn(output: AudioContext, ms: number): void {
  clearTimeout(restTimer);
  restTimer = setTimeout(() => {
    restTimer = undefined;
    resting = true;
    void output.suspend();
  }, ms);
}

function wake(output: AudioContext): void {
  clearTimeout(restTimer);
  restTimer = undefined;
  resting = false;
  // Also while it is still said to run: it may be on its way to rest.
  void output.resume();
}

atStart(() => {
  clearTimeout(restTimer);
  restTimer = undefined;
  resting = false;
  void context?.close();
  context = undefined;
});

/** Finds out whether sounds can be heard, and switches them on at the first click or key. Returns the end of it. */
export function watchSound(): () => void {
  context ??= new AudioContext();
  const output = context;
  let timer: ReturnType<typeof setTimeout>;
  const canPlay = () => resting || output.state === 'running';
  const tell = (otherwise: SoundState) => soundState.set(canPlay() ? 'ready' : otherwise);
  const onGesture = () => {
    if (canPlay()) return soundState.set('ready');
    void output.resume();
    clearTimeout(timer);
    timer = setTimeout(tell, startMs, 'none');
  };
  const onChange = () => {
    if (output.state !== 'running') return;
    soundState.set('ready');
    // A tone that woke it says itself when it rests again.
    if (restTimer === undefined) restIn(output, 0);
  };
  wake(output);
  onChange();
  timer = setTimeout(tell, startMs, 'blocked');
  output.addEventListener('statechange', onChange);
  for (const gesture of gestures) window.addEventListener(gesture, onGesture, true);
  return () => {
    clearTimeout(timer);
    output.removeEventListener('statechange', onChange);
    for (const gesture of gestures) window.removeEventListener(gesture, onGesture, true);
    if (canPlay()) restIn(output, 0);
  };
}

const gestures = ['pointerdown', 'pointerup', 'keydown'] as const;

export function playSound(sound: Sound): void {
  // The tones of a blocked output would wait, and all sound at once with the first click.
  if (soundState.get() !== 'ready') return;
  context ??= new AudioContext();
  wake(context);
  const { wave, notes } = tunes[sound];
  let end = 0;
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
    end = Math.max(end, start + length);
  }
  restIn(context, end * 1000 + restAfterMs);
}
