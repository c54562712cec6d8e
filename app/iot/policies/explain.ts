/** Sentences for the command line: why a statement did not decide. Screens have words of their own. */
import type { StatementReason } from '../../contract/policies.ts';

export function explainReason(why: StatementReason): string {
  switch (why.because) {
    case 'action':
      return 'it is about other actions';
    case 'resource':
      return 'it is about other resources';
    case 'variable':
      return `\${${why.name}} has no value in this request, so its resource matches nothing`;
    case 'condition': {
      const given = why.given.length === 0 ? 'nothing' : why.given.map((value) => `"${value}"`).join(', ');
      const wanted = why.wanted.map((value) => `"${value}"`).join(', ') || 'an empty list';
      return `${why.operator} of ${why.key} does not hold: the request has ${given}, the policy says ${wanted}`;
    }
    case 'outweighed':
      return 'it applies, but a Deny outweighs it';
    case 'also':
      return 'it applies too; the first one is named';
    case 'malformed':
      return 'the document is no policy; "policy check" says why';
  }
}
