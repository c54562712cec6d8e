import { StationError } from '../../contract/errors.ts';
import type { RenderedTemplate } from '../../contract/templates.ts';
import { checkTemplate, renderTemplate, templateNeeds, templateStarters } from '../../iot/index.ts';
import type { Handlers } from '../dispatch.ts';

type Names = Extract<keyof Handlers, `templates.${string}`>;

/** Methods about provisioning templates. They need nothing of the station. */
export const templateHandlers = (): Pick<Handlers, Names> => ({
  'templates.preview': ({ text, form, parameters }) => {
    const rendered = orNothing(() => renderTemplate(text, parameters, form));
    return { report: checkTemplate(text, form), needs: templateNeeds(text), ...(rendered && { rendered }) };
  },
  'templates.starters': () => templateStarters(),
});

function orNothing(render: () => RenderedTemplate): RenderedTemplate | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof StationError) return undefined;
    throw error;
  }
}
