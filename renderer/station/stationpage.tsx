import { Tabs } from '@base-ui/react/tabs';
import {
  Activity,
  AppWindow,
  CalendarClock,
  ClipboardCheck,
  ClipboardList,
  Cloud,
  Factory,
  FileBadge,
  FileCog,
  FileStack,
  HardDriveDownload,
  KeyRound,
  Lock,
  type LucideIcon,
  MapPinOff,
  ScanBarcode,
  ScanLine,
  ShieldCheck,
  Stamp,
  Usb,
  Users,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';
import { BackupsPage } from '../backups/backupspage.tsx';
import { CaPage } from '../ca/capage.tsx';
import { CheckpointsPage } from '../checkpoints/checkpointspage.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { LabelsPage } from '../labelrules/labelspage.tsx';
import { PlantPage } from '../plant/plantpage.tsx';
import { PolicyList } from '../policies/policylist.tsx';
import { ProfileList } from '../profiles/profilelist.tsx';
import { RecipeList } from '../recipes/recipelist.tsx';
import { goTo, hrefTo } from '../route.ts';
import { ScannerPage } from '../scannerteaching/scannerpage.tsx';
import { OpenOtherStation } from '../shell/openotherstation.tsx';
import { TargetsPage } from '../targets/targetspage.tsx';
import { TemplateList } from '../templates/templatelist.tsx';
import { useGivenNames } from '../words/givennames.ts';
import { CertificateList } from './certificatelist.tsx';
import { Doctor } from './doctor.tsx';
import { OrderList } from './orderlist.tsx';
import { PeopleList } from './peoplelist.tsx';
import { ShiftForm } from './shiftform.tsx';
import { Slots } from './slots.tsx';
import { WindowForm } from './windowform.tsx';

const allSections = [
  { name: 'ca', icon: KeyRound, qa: true },
  { name: 'profiles', icon: FileCog, qa: true },
  { name: 'recipes', icon: ClipboardCheck, qa: true },
  { name: 'certificates', icon: FileBadge, qa: true },
  { name: 'orders', icon: ClipboardList, qa: false },
  { name: 'shifts', icon: CalendarClock, qa: false },
  { name: 'people', icon: Users, qa: true },
  { name: 'slots', icon: Usb, qa: false },
  { name: 'scanner', icon: ScanLine, qa: false },
  { name: 'labels', icon: ScanBarcode, qa: false },
  { name: 'templates', icon: FileStack, qa: true },
  { name: 'policies', icon: ShieldCheck, qa: true },
  { name: 'cloud', icon: Cloud, qa: false },
  { name: 'window', icon: AppWindow, qa: false },
  { name: 'backups', icon: HardDriveDownload, qa: true },
  { name: 'checkpoints', icon: Stamp, qa: true },
  { name: 'plant', icon: Factory, qa: false },
  { name: 'doctor', icon: Activity, qa: true },
] as const satisfies readonly { name: string; icon: LucideIcon; qa: boolean }[];

type Section = (typeof allSections)[number]['name'];
/** These pages begin with a heading of their own. */
const ownHeads: readonly Section[] = ['ca', 'profiles', 'recipes', 'templates', 'policies'];

/** All settings of an engineer, and the pages that QA may see. */
export function StationPage({
  section,
  person,
  status,
}: {
  section: string;
  person: Person;
  status: StationStatus | undefined;
}) {
  const t = useTranslations();
  const given = useGivenNames();
  const [part = '', ...rest] = section.split('/');
  const detail = rest.join('/');
  const engineer = person.role === 'engineer';
  const sections = allSections
    .filter(({ qa }) => qa || engineer)
    .filter(({ name }) => name !== 'window' || status?.window !== undefined);
  const current: Section | undefined = part === '' ? 'ca' : sections.find(({ name }) => name === part)?.name;
  const isOthers = !engineer && allSections.some(({ name, qa }) => name === part && !qa);
  if (!status) return <p className="loading">{t('app.loading')}</p>;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{given.station(status)}</h1>
        <p className="hint">
          {t.rich('station.about', {
            id: status.stationId,
            version: status.version,
            since: () => <Timestamp at={status.startedAt} />,
          })}
        </p>
        <span className="grow" />
        {engineer && status.otherStation !== 'none' && <OpenOtherStation which={status.otherStation} />}
        {engineer && status.otherStation === 'none' && status.practice && (
          <a className="button bench" href={hrefTo.setup}>
            {t('practice.setUp')}
          </a>
        )}
      </div>
      <Tabs.Root
        className="sections"
        orientation="vertical"
        value={current ?? null}
        onValueChange={(next) => goTo(hrefTo.station(String(next)))}
      >
        <Tabs.List className="sections-list" aria-label={t('station.sections')}>
          {sections.map(({ name, icon: Icon }) => (
            <Tabs.Tab key={name} value={name} className="sections-tab">
              <Icon aria-hidden="true" />
              {t(`station.section.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {sections.map(({ name }) => (
          <Tabs.Panel key={name} value={name} className="sections-panel">
            {!ownHeads.includes(name) && <h2>{t(`station.section.${name}`)}</h2>}
            {name === 'ca' && <CaPage status={status} engineer={engineer} detail={detail} />}
            {name === 'profiles' && <ProfileList status={status} engineer={engineer} detail={detail} />}
            {name === 'recipes' && <RecipeList status={status} engineer={engineer} detail={detail} />}
            {name === 'templates' && <TemplateList engineer={engineer} detail={detail} />}
            {name === 'policies' && <PolicyList status={status} engineer={engineer} detail={detail} />}
            {name === 'certificates' && <CertificateList status={status} shown={detail} engineer={engineer} />}
            {name === 'orders' && <OrderList />}
            {name === 'people' && (
              <PeopleList me={person} pins={status.pins} idleMinutes={status.session.idleMinutes} />
            )}
            {name === 'shifts' && <ShiftForm calendar={status.shifts} />}
            {name === 'slots' && <Slots status={status} />}
            {name === 'scanner' && <ScannerPage status={status} />}
            {name === 'labels' && <LabelsPage status={status} />}
            {name === 'cloud' && <TargetsPage status={status} />}
            {name === 'window' && <WindowForm version={status.seq} />}
            {name === 'backups' && <BackupsPage engineer={engineer} status={status} />}
            {name === 'checkpoints' && <CheckpointsPage engineer={engineer} status={status} />}
            {name === 'plant' && <PlantPage status={status} />}
            {name === 'doctor' && <Doctor />}
          </Tabs.Panel>
        ))}
        {current === undefined && (
          <div className="sections-panel">
            {isOthers ? (
              <EmptyState icon={Lock} title={t('common.forbidden.engineer')} hint={t('common.whoHelps.station')} />
            ) : (
              <EmptyState icon={MapPinOff} title={t('app.nowhere')} hint={t('app.nowhereHint')} />
            )}
          </div>
        )}
      </Tabs.Root>
    </div>
  );
}
