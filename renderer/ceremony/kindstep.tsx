import { Building2, FileKey, Network, Stamp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Choices } from '../controls/choices.tsx';
import { parentsOf, paths } from './ceremonydraft.ts';
import type { StepProps } from './ceremonypages.tsx';

const icons = { issuing: Stamp, both: Network, request: Building2, import: FileKey } as const;

export function KindStep({ draft, change, hierarchy }: StepProps) {
  const t = useTranslations('ceremony.kind');
  const noParent = parentsOf(hierarchy).length === 0;
  return (
    <Choices
      legend={t('lead')}
      value={draft.path}
      onChoose={(path) => change({ path })}
      choices={paths.map((path) => ({
        value: path,
        label: t(`${path}.label`),
        hint: t(`${path}.hint`),
        icon: icons[path],
        not: path === 'issuing' && noParent ? t('noParent') : undefined,
      }))}
    />
  );
}
