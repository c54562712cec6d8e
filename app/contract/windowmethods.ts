/** The rows of the method table about the program's own window. */
import { z } from 'zod';
import { done, engineer, method, none } from './method.ts';
import { windowChange, windowView } from './window.ts';

export const windowMethods = {
  /** Refuses `window.none`: a browser or a command asked. */
  'window.show': method(none, windowView, engineer, false),
  /** What is not named stays as it is. Refuses `window.none`, `window.settingsLost`. */
  'window.configure': method(windowChange, windowView, engineer, 'window.configured'),
  /** Leaves the full screen until the next start, or fills it again. Refuses `window.none`. */
  'window.kiosk': method(z.strictObject({ on: z.boolean() }), windowView, engineer, [
    'window.kioskEntered',
    'window.kioskLeft',
  ]),
  /** The program that was to end after the units at work stays. Refuses `window.none`. */
  'window.stay': method(none, done, 'anyone', 'window.stayed'),
} as const;
