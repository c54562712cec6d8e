import type { DocumentView, TemplateKind } from '../../app/contract/index.ts';

/** The kind of a template; a policy has none. */
export const formOf = ({ form }: Pick<DocumentView, 'form'>): TemplateKind => (form === 'iot' ? 'bulk' : form);

/** The documents by name, each with its versions, the newest first. */
export function versionsByName(documents: readonly DocumentView[]): Map<string, DocumentView[]> {
  const found = new Map<string, DocumentView[]>();
  for (const one of documents) found.set(one.name, [one, ...(found.get(one.name) ?? [])]);
  return found;
}

/** The newest version that has a text: the one before it was retired, too. */
export const newestText = (versions: readonly DocumentView[]): DocumentView | undefined =>
  versions.find(({ text }) => text !== null);
