import { Factory, MonitorCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { hrefTo } from '../route.ts';

/** Whether this station belongs to a plant. */
export const useJoined = (): boolean => useRead('plant.status', {}).data?.config != null;

/** Looks at this station, or at its plant; nothing at a station without one. */
export function PlantSwitch({ plant }: { plant: boolean }) {
  const t = useTranslations('plant');
  const ways = [
    { href: hrefTo.overview, label: t('thisStation'), icon: MonitorCheck, here: !plant },
    { href: hrefTo.plant, label: t('thePlant'), icon: Factory, here: plant },
  ];
  if (!useJoined()) return null;
  return (
    <nav className="row" aria-label={t('look')}>
      {ways.map(({ href, label, icon: Icon, here }) => (
        <a
          key={href}
          className={`button ${here ? 'primary' : ''}`}
          href={href}
          aria-current={here ? 'page' : undefined}
        >
          <Icon aria-hidden="true" />
          {label}
        </a>
      ))}
    </nav>
  );
}
