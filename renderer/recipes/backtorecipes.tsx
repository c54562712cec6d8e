import { useTranslations } from 'use-intl';
import { BackLink } from '../controls/backlink.tsx';
import { hrefTo } from '../route.ts';

export function BackToRecipes({ to }: { to?: string }) {
  const t = useTranslations('recipes');
  return (
    <BackLink href={hrefTo.station(to ?? 'recipes')}>{to === undefined ? t('back') : t('backToVersion')}</BackLink>
  );
}
