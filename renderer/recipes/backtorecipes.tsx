import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { hrefTo } from '../route.ts';

export function BackToRecipes({ to }: { to?: string }) {
  const t = useTranslations('recipes');
  return (
    <a className="back" href={hrefTo.station(to ?? 'recipes')}>
      <ArrowLeft aria-hidden="true" />
      {to === undefined ? t('back') : t('backToVersion')}
    </a>
  );
}
