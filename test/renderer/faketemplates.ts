/** What the fake station says of templates: the same check and the same drawing as a station. */
import type { CheckedParams, DocumentView } from '../../app/contract/index.ts';
import { templateHandlers } from '../../app/station/handlers/templates.ts';
import { people } from './fixtures.ts';

/** Templates and policies on record. */
export const firstDocuments = (): DocumentView[] => [];

export function documentAnswers(documents: DocumentView[]): Record<string, (params: never) => unknown> {
  const add = (row: Pick<DocumentView, 'kind' | 'name' | 'form' | 'text'>) => {
    const version = 1 + documents.filter(({ kind, name }) => kind === row.kind && name === row.name).length;
    const made = { madeBy: people.engineer.name, madeAt: '2026-11-21T08:00:00.000Z', hash: '0d15ea5e' };
    documents.push({ ...row, ...made, version });
    return documents.at(-1);
  };
  return {
    'documents.list': ({ kind }: CheckedParams<'documents.list'>) => documents.filter((one) => one.kind === kind),
    'documents.save': (params: CheckedParams<'documents.save'>) => add(params),
    'documents.retire': ({ kind, name }: CheckedParams<'documents.retire'>) =>
      void add({ kind, name, form: 'bulk', text: null }),
  };
}

export const templateAnswers = () => templateHandlers() as Record<string, (params: never) => unknown>;
