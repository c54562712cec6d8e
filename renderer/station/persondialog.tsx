import { IdCard, KeyRound, UserCog } from 'lucide-react';
import { useTranslations } from 'use-intl';
import {
  type BadgeReason,
  badgeReason,
  type PersonRow,
  pinProblemOf,
  type Role,
  role as roleShape,
} from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';
import { usePinWords } from '../signin/ownpin.tsx';

/** The acts of an engineer on a person, in the order of the menu. */
export const personActs = ['replaceBadge', 'setRole', 'setPin', 'activate', 'deactivate'] as const;
export type PersonAct = (typeof personActs)[number];

type Props = {
  person: PersonRow;
  /** Whether the person is the engineer who acts. */
  mine: boolean;
  leastDigits: number;
  onClose: () => void;
  onDone: () => void;
};

/** One act on one person: its meaning first, then what it needs. */
export function PersonDialog({ act, ...props }: Props & { act: PersonAct }) {
  const t = useTranslations('session.people');
  const { name } = props.person;
  if (act === 'activate' || act === 'deactivate') return <Ask act={act} {...props} />;
  return (
    <Modal open onClose={props.onClose} title={t(`${act}.title`, { name })}>
      {act === 'replaceBadge' && <ReplaceBadge {...props} />}
      {act === 'setRole' && <SetRole {...props} />}
      {act === 'setPin' && <SetPin {...props} />}
    </Modal>
  );
}

function Ask({ act, person, mine, onClose, onDone }: Props & { act: 'activate' | 'deactivate' }) {
  const t = useTranslations();
  const { run, busy, error } = useAct(`people.${act}`);
  const { name, badge, personId } = person;
  const activate = act === 'activate';
  const leaves = mine ? t('session.people.deactivateMyself') : t('station.people.deactivateMeaning', { name });
  return (
    <Confirm
      open
      kind={activate ? 'primary' : 'danger'}
      title={activate ? t('session.people.activate.title', { name }) : t('station.people.deactivateTitle', { name })}
      meaning={activate ? t('session.people.activate.meaning', { name, badge }) : leaves}
      act={activate ? t('session.people.activate.go') : t('station.people.deactivate')}
      busy={busy}
      onCancel={onClose}
      onConfirm={async () => {
        if (await run({ personId })) onDone();
      }}
    >
      <ErrorNotice error={error} />
    </Confirm>
  );
}

function ReplaceBadge({ person, onDone }: Props) {
  const t = useTranslations('session.people');
  const problem = useTranslations('setup.problem');
  const { personId, name, badge: before } = person;
  const form = useForm('people.replaceBadge', {
    first: { badge: '', reason: 'lost' as BadgeReason },
    params: ({ badge, reason }) => ({ personId, badge, reason }),
    also: ({ badge }) => ({ badge: badge === before }),
    words: (field) => (field === 'badge' ? problem('badge') : undefined),
    onDone,
  });
  return (
    <form className="stack" {...form.form}>
      <p>{t('replaceBadge.meaning', { name, badge: before })}</p>
      <Field
        size="bench"
        label={t('replaceBadge.badge')}
        maxLength={32}
        autoFocus
        data-scan="newBadge"
        {...form.field('badge')}
      />
      <SelectField
        label={t('replaceBadge.why')}
        value={form.values.reason}
        options={badgeReason.options.map((value) => ({ value, label: t(`reason.${value}`) }))}
        onPick={(reason) => form.set({ reason })}
      />
      <ErrorNotice error={form.error} />
      <div className="row end">
        <Button size="bench" kind="primary" icon={IdCard} {...form.button}>
          {t('replaceBadge.go')}
        </Button>
      </div>
    </form>
  );
}

function SetRole({ person, onDone }: Props) {
  const t = useTranslations();
  const { personId, name } = person;
  const others = roleShape.options.filter((role) => role !== person.role);
  const form = useForm('people.setRole', {
    first: { role: others[0] ?? ('operator' as Role) },
    params: ({ role }) => ({ personId, role }),
    onDone,
  });
  return (
    <form className="stack" {...form.form}>
      <p>{t('session.people.setRole.meaning', { name })}</p>
      <SelectField
        label={t('station.people.role')}
        value={form.values.role}
        options={others.map((value) => ({ value, label: t(`header.role.${value}`) }))}
        onPick={(role) => form.set({ role })}
      />
      <ErrorNotice error={form.error} />
      <div className="row end">
        <Button size="bench" kind="primary" icon={UserCog} {...form.button}>
          {t('session.people.setRole.go')}
        </Button>
      </div>
    </form>
  );
}

function SetPin({ person, leastDigits, onDone }: Props) {
  const t = useTranslations('session.people.setPin');
  const words = usePinWords();
  const { personId, name, badge } = person;
  const form = useForm('people.setPin', {
    first: { pin: '' },
    params: ({ pin }) => ({ personId, pin }),
    also: ({ pin }) => ({ pin: pinProblemOf(pin, badge, leastDigits) !== undefined }),
    words: (_, { pin }) => {
      const problem = pinProblemOf(pin, badge, leastDigits);
      return problem && words(problem, leastDigits);
    },
    forgets: () => ({ pin: '' }),
    onDone,
  });
  return (
    <form className="stack" {...form.form}>
      <p>{t('meaning', { name })}</p>
      <Field
        size="bench"
        label={t('pin')}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        maxLength={12}
        autoFocus
        {...form.field('pin')}
      />
      <ErrorNotice error={form.error} />
      <div className="row end">
        <Button size="bench" kind="primary" icon={KeyRound} {...form.button}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}
