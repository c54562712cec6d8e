import type { StepProgress } from '../../app/contract/index.ts';

/**
 * The done part: the finished steps, and the reported part of the running one. It is never a guess, and it never goes
 * back within an attempt.
 */
export function fractionDone(steps: readonly StepProgress[]): number {
  if (steps.length === 0) return 0;
  const share = (step: StepProgress) => {
    if (step.state === 'done') return 1;
    return step.state === 'running' ? (step.fraction ?? 0) : 0;
  };
  return steps.reduce((sum, step) => sum + share(step), 0) / steps.length;
}
