import { Building2, FileKey, Network, Stamp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Choices } from '../controls/choices.tsx';
import { ceremonyPaths, parentsOf } from './ceremonydraft.ts';
import type { CeremonyStepProps } from './ceremonystepprops.ts';

const icons = { issuing: Stamp, both: Network, request: Building2, import: FileKey } as const;

export function KindStep({ draft, change, hierarchy }: CeremonyStepProps) {
  const t = useTranslations('ceremony.kind');
  const noParent = parentsOf(hierarchy).length === 0;
  return (
    <Choices
      legend={t('lead')}
      value={draft.path}
      onChoose={(path) => change({ path })}
      choices={ceremonyPaths.map((path) => ({
        value: path,
        label: t(`${path}.label`),
        hint: t(`${path}.hint`),
        icon: icons[path],
        not: path === 'issuing' && noParent ? t('noParent') : undefined,
      }))}
    />
  );
}
