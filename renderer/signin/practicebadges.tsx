import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { endSignIn } from './signinstate.ts';

/** The badges of the practice line. One press signs in. */
export function PracticeBadges({ people }: { people: NonNullable<StationStatus['practiceBadges']> }) {
  const t = useTranslations();
  const { run, busy, error } = useAct('session.signIn');
  return (
    <section className="signin-practice">
      <h3>{t('signIn.practice')}</h3>
      <p className="hint">{t('signIn.practiceHint')}</p>
      {people.map((person) => (
        <Button
          key={person.badge}
          size="bench"
          busy={busy}
          onClick={async () => {
            if (await run({ badge: person.badge, pin: person.pin })) endSignIn();
          }}
        >
          <span className="badge-words">
            <strong>{person.name}</strong>
            <span>{t(`header.role.${person.role}`)}</span>
          </span>
          <code>{person.badge}</code>
        </Button>
      ))}
      <ErrorNotice error={error} />
    </section>
  );
}
