/** What the fake station says of templates: the same check and the same drawing as a station. */
import { templateHandlers } from '../../app/station/handlers/templates.ts';

export const templateAnswers = (): Record<string, (params: never) => unknown> => ({ ...templateHandlers() }) as never;
