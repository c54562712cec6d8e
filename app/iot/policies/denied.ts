/** Warnings of statements that allow nothing, because a Deny of the same policy takes all of it away. */
import type { CheckFinding } from '../../contract/findings.ts';
import { sentence } from '../../contract/sentences.ts';
import type { Inspected } from './inspect.ts';
import { matches, matchesAction } from './wildcard.ts';

export function deniedWarnings(statements: readonly Inspected[]): CheckFinding[] {
  const denials = statements.filter(
    ({ effect, notAction, notResource, conditions }) =>
      effect === 'Deny' && !notAction && !notResource && conditions.length === 0,
  );
  return statements
    .filter(({ effect, notAction, notResource }) => effect === 'Allow' && !notAction && !notResource)
    .filter((one) =>
      one.actions.every((action) =>
        one.resources.every((resource) =>
          denials.some(
            (denial) =>
              denial.actions.some(({ text }) => matchesAction(text, widest(action.text))) &&
              denial.resources.some(({ text }) => covers(text, resource.text)),
          ),
        ),
      ),
    )
    .map(({ path }) => ({
      path,
      ...sentence('allDenied'),
      source: 'IAM User Guide, "Policy evaluation logic"',
    }));
}

/** A text that only a `*` can fit where this pattern has one. */
const widest = (pattern: string): string => pattern.replaceAll('*', '\u0000'.repeat(64));

/** A variable covers itself only: its value is not known yet. */
const covers = (pattern: string, resource: string): boolean =>
  matches(pattern, widest(resource), (inner) => widest(`\${${inner}}`)) === true;
