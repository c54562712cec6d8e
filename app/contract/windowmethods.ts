/** The rows of the method table about the program's own window. */
import { z } from 'zod';
import { done, engineer, method, none } from './method.ts';
import { windowChange, windowView } from './window.ts';

export const windowMethods = {
  /** @throws `window.none` – when a browser or a command asks */
  'window.show': method(none, windowView, engineer, false),
  /**
   * Changes settings of the window. Settings that are left out stay as they are.
   *
   * @throws `window.none`, `window.settingsLost`
   */
  'window.configure': method(windowChange, windowView, engineer, 'window.configured'),
  /**
   * Leaves the full screen until the next start, or fills it again.
   *
   * @throws `window.none`
   */
  'window.kiosk': method(z.strictObject({ on: z.boolean() }), windowView, engineer, [
    'window.kioskEntered',
    'window.kioskLeft',
  ]),
  /**
   * Cancels the end of the program after the units at work.
   *
   * @throws `window.none`
   */
  'window.stay': method(none, done, 'anyone', 'window.stayed'),
} as const;
