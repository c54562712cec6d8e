import { Tabs } from '@base-ui/react/tabs';
import { Activity, ClipboardList, Cloud, FileBadge, KeyRound, type LucideIcon, Usb, Users } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';
import { When } from '../parts/when.tsx';
import { goTo, hrefTo } from '../route.ts';
import { OpenOther } from '../shell/other.tsx';
import { Authority } from './authority.tsx';
import { Certificates } from './certificates.tsx';
import { CloudTargetForm } from './cloud.tsx';
import { Doctor } from './doctor.tsx';
import { Orders } from './orders.tsx';
import { People } from './people.tsx';
import { Slots } from './slots.tsx';

const sections = [
  ['ca', KeyRound],
  ['certificates', FileBadge],
  ['orders', ClipboardList],
  ['people', Users],
  ['slots', Usb],
  ['cloud', Cloud],
  ['doctor', Activity],
] as const satisfies readonly (readonly [string, LucideIcon])[];

type Section = (typeof sections)[number][0];
const isSection = (name: string): name is Section => sections.some(([section]) => section === name);

/** Everything an engineer sets. */
export function Station({
  section,
  person,
  status,
}: {
  section: string;
  person: Person;
  status: StationStatus | undefined;
}) {
  const t = useTranslations();
  const [part = '', detail = ''] = section.split('/');
  const current: Section = isSection(part) ? part : 'ca';
  if (!status) return <p className="loading">{t('app.loading')}</p>;
  return (
    <div className="page">
      <div className="desk-head">
        <h1>{status.name}</h1>
        <p className="hint">
          {t.rich('station.about', {
            id: status.stationId,
            version: status.version,
            since: () => <When at={status.startedAt} />,
          })}
        </p>
        <span className="grow" />
        {status.otherStation !== 'none' && <OpenOther which={status.otherStation} />}
        {status.otherStation === 'none' && status.practice && (
          <a className="button bench" href={hrefTo.setup}>
            {t('practice.setUp')}
          </a>
        )}
      </div>
      <Tabs.Root
        className="sections"
        orientation="vertical"
        value={current}
        onValueChange={(next) => goTo(hrefTo.station(String(next)))}
      >
        <Tabs.List className="sections-list" aria-label={t('station.sections')}>
          {sections.map(([name, Icon]) => (
            <Tabs.Tab key={name} value={name} className="sections-tab">
              <Icon aria-hidden="true" />
              {t(`station.section.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {sections.map(([name]) => (
          <Tabs.Panel key={name} value={name} className="sections-panel">
            <h2>{t(`station.section.${name}`)}</h2>
            {name === 'ca' && <Authority status={status} />}
            {name === 'certificates' && <Certificates status={status} shown={detail} />}
            {name === 'orders' && <Orders />}
            {name === 'people' && <People me={person} />}
            {name === 'slots' && <Slots status={status} />}
            {name === 'cloud' && <CloudTargetForm status={status} />}
            {name === 'doctor' && <Doctor />}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </div>
  );
}
