import type { DocumentKind, DocumentView } from '../../contract/documents.ts';
import { StationError } from '../../contract/errors.ts';
import type { CheckReport } from '../../contract/findings.ts';
import { checkPolicy, checkTemplate } from '../../iot/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = Extract<keyof Handlers, `documents.${string}`>;

/** What is wrong with a text of this kind and form. */
const checks: Record<DocumentKind, (text: string, form: DocumentView['form']) => CheckReport> = {
  template: (text, form) => checkTemplate(text, form === 'iot' ? 'bulk' : form),
  policy: (text) => checkPolicy(text),
};

const viewOf = ({ form, hash, ...row }: Awaited<ReturnType<Ledger['documents']>>[number]): DocumentView => ({
  ...row,
  form: form as DocumentView['form'],
  hash: hash?.slice(0, 8) ?? null,
});

/** Methods about templates and policies that the station keeps. */
export const documentHandlers = ({ ledger, cloudLink }: StationParts): Pick<Handlers, Names> => ({
  'documents.list': async ({ kind }) => (await ledger.documents(kind)).map(viewOf),
  'documents.save': async ({ kind, name, form, text }, { actor }) => {
    const [first] = checks[kind](text, form).problems;
    if (first) {
      const place = first.line === undefined ? first.path : `line ${first.line}`;
      throw new StationError('document.invalid', `${place}: ${first.message}`, { data: { problem: first.message } });
    }
    const { version } = await ledger.saveDocument({ kind, name, form, text, actor });
    const saved = (await ledger.documents(kind)).find((row) => row.name === name && row.version === version);
    if (!saved) throw new Error('the records lost a document');
    return viewOf(saved);
  },
  'documents.retire': async ({ kind, name }, { actor }) => {
    const users = cloudLink.targets().filter(({ template }) => kind === 'template' && template === name);
    if (users.length > 0) {
      const targets = users.map((one) => one.name).join(', ');
      throw new StationError('document.inUse', `the batches of ${targets} use it`, { data: { name, targets } });
    }
    await ledger.retireDocument({ kind, name, actor });
    return {};
  },
});
