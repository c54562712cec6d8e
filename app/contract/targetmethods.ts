/** The rows of the method table about AWS targets. */
import { z } from 'zod';
import { done, engineer, method } from './method.ts';
import { cloudTarget, targetName } from './targets.ts';

const named = z.strictObject({ name: targetName });

export const targetMethods = {
  /**
   * Adds a target, or changes the one with this name.
   * @throws `cloud.given` – for the target that came with the line
   */
  'targets.save': method(z.strictObject({ target: cloudTarget }), done, engineer, 'target.saved'),
  /**
   * Forgets a target. Nothing changes in AWS.
   * @throws `cloud.given`, `cloud.noTarget`
   */
  'targets.remove': method(named, done, engineer, 'target.removed'),
  /**
   * Makes it the default, which is meant where no target is named.
   * @throws `cloud.given`, `cloud.noTarget`
   */
  'targets.prefer': method(named, done, engineer, 'target.preferred'),
};
