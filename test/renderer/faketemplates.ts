/** What the fake station says of templates: the same check and the same drawing as a station. */
import { templateAnswers as answers } from '../../app/station/handlers/templates.ts';

export const templateAnswers = (): Record<string, (params: never) => unknown> => ({
  ...(answers as Record<string, (params: never) => unknown>),
  'templates.setDefault': () => ({ version: 3 }),
  'templates.push': () => ({ made: 'version', version: 6, removed: 1 }),
});
