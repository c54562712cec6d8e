import { IdCard, KeyRound, LockOpen, UserCheck, UserCog, UserX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { identitySources, type Person, type PersonRow } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Menu, type MenuItem } from '../controls/menu.tsx';
import { Pill } from '../controls/pill.tsx';
import { clockText } from '../controls/pintries.tsx';
import { useSecondsLeft } from '../controls/secondsleft.ts';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { type PersonAct, personActs } from './persondialog.tsx';

type Acts = {
  busy: boolean;
  onAct: (act: PersonAct, person: PersonRow) => void;
  onUnlock: (person: PersonRow) => void;
};
type Props = Acts & { people: readonly PersonRow[]; me: Person };

const icons = {
  replaceBadge: IdCard,
  setRole: UserCog,
  setPin: KeyRound,
  deactivate: UserX,
  activate: UserCheck,
} as const satisfies Record<PersonAct, unknown>;

export function PeopleTable({ people, me, ...acts }: Props) {
  const t = useTranslations();
  const engineers = people.filter(({ active, role }) => active && role === 'engineer');
  return (
    <table className="plain-table people" aria-label={t('session.people.list')}>
      <thead>
        <tr>
          <th scope="col">{t('station.people.name')}</th>
          <th scope="col">{t('station.people.badge')}</th>
          <th scope="col">{t('station.people.role')}</th>
          <th scope="col">{t('session.people.lastSignIn')}</th>
          <th scope="col">{t('session.people.signIns')}</th>
          {me.role === 'engineer' && <td />}
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <Row
            key={person.personId}
            person={person}
            me={me}
            isLast={person.active && person.role === 'engineer' && engineers.length === 1}
            {...acts}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ person, me, isLast, ...acts }: Acts & { person: PersonRow; me: Person; isLast: boolean }) {
  const t = useTranslations();
  const { name, badge, role, active, source, lastSignInAt, pinGiven, formerBadges } = person;
  const isKnown = (identitySources as readonly string[]).includes(source);
  return (
    <tr>
      <th scope="row">
        {name} {!active && <Pill tone="plain">{t('station.people.inactive')}</Pill>}
        {active && person.personId === me.personId && <Pill tone="act">{t('station.people.you')}</Pill>}
        {isLast && me.role === 'engineer' && <p className="hint">{t('session.people.lastEngineer')}</p>}
        {pinGiven && active && <p className="hint">{t('session.people.pinGiven')}</p>}
        {source === 'plant' && <p className="hint">{t('session.people.fromPlant')}</p>}
        {!isKnown && <p className="hint">{t('session.people.elsewhere', { source })}</p>}
      </th>
      <td>
        <a className="mono" href={hrefTo.filtered(hrefTo.audit, { subject: badge })} title={t('session.people.inLog')}>
          {badge}
        </a>
        {formerBadges.length > 0 && <FormerBadges badges={formerBadges} />}
      </td>
      <td>{t(`header.role.${role}`)}</td>
      <td>{lastSignInAt === null ? t('session.people.never') : <Timestamp at={lastSignInAt} />}</td>
      <td>
        <SignIns person={person} mayUnlock={me.role === 'engineer' && active} {...acts} />
      </td>
      {me.role === 'engineer' && (
        <td>
          <PersonMenu person={person} me={me} isLast={isLast} onAct={acts.onAct} />
        </td>
      )}
    </tr>
  );
}

function FormerBadges({ badges }: { badges: PersonRow['formerBadges'] }) {
  const t = useTranslations('session.people');
  return (
    <details className="former">
      <summary>{t('former', { count: badges.length })}</summary>
      <ul>
        {badges.map(({ badge, reason, replacedAt, replacedBy }) => (
          <li key={replacedAt} className="hint">
            {t('formerOne', { badge, reason: t(`reason.${reason}`), actor: replacedBy })} ·{' '}
            <Timestamp at={replacedAt} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The wrong PINs since the last right one, and the lock that they made. */
function SignIns({ person, mayUnlock, busy, onUnlock }: Acts & { person: PersonRow; mayUnlock: boolean }) {
  const t = useTranslations('session.people');
  const left = useSecondsLeft(person.lockedMs || undefined, person);
  const { failures, lockedMs, name } = person;
  if (failures === 0) return <span className="hint">{t('none')}</span>;
  return (
    <div className="sign-ins">
      <span>{t('wrong', { count: failures })}</span>
      {lockedMs > 0 && left > 0 && <Pill tone="bad">{t('locked', { time: clockText(left) })}</Pill>}
      {mayUnlock && (
        <Button icon={LockOpen} busy={busy} aria-label={t('unlockPerson', { name })} onClick={() => onUnlock(person)}>
          {t('unlock')}
        </Button>
      )}
    </div>
  );
}

/** The acts of an engineer on this person. */
function PersonMenu({
  person,
  me,
  isLast,
  onAct,
}: Pick<Acts, 'onAct'> & { person: PersonRow; me: Person; isLast: boolean }) {
  const t = useTranslations();
  const mine = person.personId === me.personId;
  const isOurs = person.source !== 'plant';
  const may: Record<PersonAct, boolean> = {
    replaceBadge: person.active && isOurs,
    setRole: person.active && !isLast && isOurs,
    // One's own PIN is changed beside one's name, with the present one.
    setPin: person.active && !mine && isOurs,
    deactivate: person.active && !isLast,
    activate: !person.active,
  };
  const items: MenuItem[] = personActs
    .filter((act) => may[act])
    .map((act) => ({
      key: act,
      label: act === 'deactivate' ? t('station.people.deactivate') : t(`session.people.${act}.open`),
      icon: icons[act],
      danger: act === 'deactivate',
      onPick: () => onAct(act, person),
    }));
  return items.length === 0 ? null : <Menu label={t('session.people.acts', { name: person.name })} items={items} />;
}
