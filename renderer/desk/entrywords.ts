import { useTranslations } from 'use-intl';
import { type EntryName, entries, entryNames } from '../../app/contract/index.ts';
import { hrefTo } from '../route.ts';
import { keyOf } from '../words/shape.ts';

const known = new Set<string>(entryNames);
const isKnown = (name: string): name is EntryName => known.has(name);

/** The names that the audit log can hold. */
export const auditEntryNames: readonly EntryName[] = entryNames.filter((name) => 'audit' in entries[name]);

/** The sentence for an entry of the audit log. An entry that this version does not know keeps its name. */
export function useAuditWords(): (name: string) => string {
  const t = useTranslations();
  return (name) => {
    if (!isKnown(name)) return name;
    if (name === 'attempt.started') return t('desk.attemptStarted');
    return t(`entries.${keyOf(name)}`, { attempt: 0, step: '' });
  };
}

/** The page of what an entry is about; undefined when it has none. */
export function subjectHref(name: string, subject: string): string | undefined {
  const spec = isKnown(name) ? entries[name] : undefined;
  const kind = spec && 'subject' in spec ? spec.subject : undefined;
  switch (kind) {
    case 'unit serial':
      return hrefTo.unit(subject);
    case 'certificate serial':
      return hrefTo.station(`certificates/${subject}`);
    case 'order':
      return hrefTo.unitsOf(subject);
    case 'batch':
      return hrefTo.batch(subject);
    case 'CA (SHA-256 of its certificate)':
      return hrefTo.station('ca');
    case 'recipe':
      return hrefTo.station(`recipes/${encodeURIComponent(subject)}`);
    case 'profile':
      return hrefTo.station(`profiles/${encodeURIComponent(subject)}`);
    default:
      return undefined;
  }
}
