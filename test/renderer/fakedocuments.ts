/** What the fake station says of templates and policies on record; it keeps what was saved. */
import { type DocumentKind, type DocumentView, type Params, StationError } from '../../app/contract/index.ts';

/** A version of a document, made in November 2026. */
export const documentAt = (
  kind: DocumentKind,
  form: DocumentView['form'],
  name: string,
  version: number,
  text: string | null,
): DocumentView => ({
  ...{ kind, form, name, version, text },
  hash: text === null ? null : '0a1b2c3d',
  madeBy: 'Erika Sommer (E-1)',
  madeAt: `2026-11-2${version}T08:00:00.000Z`,
});

export function documentAnswers(home: { documents: DocumentView[] }): Record<string, (params: never) => unknown> {
  const of = (kind: DocumentKind, name: string) =>
    home.documents.filter((one) => one.kind === kind && one.name === name);
  return {
    'documents.list': ({ kind }: Params<'documents.list'>) => home.documents.filter((one) => one.kind === kind),
    'documents.save': ({ kind, form, name, text }: Params<'documents.save'>) => {
      const made = documentAt(kind, form, name, of(kind, name).length + 1, text);
      home.documents = [...home.documents, made];
      return made;
    },
    'documents.retire': ({ kind, name }: Params<'documents.retire'>) => {
      const before = of(kind, name);
      if (before.at(-1)?.text == null) throw new StationError('document.notFound', name);
      home.documents = [...home.documents, documentAt(kind, before[0]?.form ?? 'iot', name, before.length + 1, null)];
      return {};
    },
  };
}
