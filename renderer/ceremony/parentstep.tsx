import { useTranslations } from 'use-intl';
import { accessKinds, noAccess } from '../ca/accessdraft.ts';
import { AccessFields } from '../ca/accessfields.tsx';
import { roleIcon } from '../ca/caappearance.ts';
import { Choices } from '../controls/choices.tsx';
import { parentsOf } from './ceremonydraft.ts';
import type { CeremonyStepProps } from './ceremonystepprops.ts';
import { parentOf } from './ceremonysteps.ts';

/** Asks which CA issues the new one, and how to open its key for this one signature. */
export function ParentStep({ draft, change, secrets, changeSecrets, hierarchy }: CeremonyStepProps) {
  const t = useTranslations('ceremony.parent');
  const names = useTranslations('ca');
  const parent = parentOf(draft, hierarchy);
  const kinds = parent ? accessKinds(parent) : [];
  const kind = kinds.includes(secrets.access.kind) ? secrets.access.kind : kinds[0];
  return (
    <div className="stack">
      {draft.path === 'issuing' && (
        <Choices
          legend={t('lead')}
          value={draft.parentId}
          onChoose={(parentId) => {
            change({ parentId });
            changeSecrets({ access: noAccess('secret') });
          }}
          choices={parentsOf(hierarchy).map((ca) => ({
            value: ca.issuerId,
            label: ca.commonName,
            hint: `${names(`role.${ca.role}`)} · ${names(`custody.${ca.custody}`)} · ${names('daysLeft', { days: ca.daysLeft })}`,
            icon: roleIcon[ca.role],
          }))}
        />
      )}
      {parent && kind && (
        <section className="stack narrow" aria-label={t('open', { name: parent.commonName })}>
          <h3>{t('open', { name: parent.commonName })}</h3>
          <p className="hint">{t('openHint')}</p>
          <AccessFields
            ca={parent}
            kinds={kinds}
            draft={{ ...secrets.access, kind }}
            onDraft={(access) => changeSecrets({ access })}
          />
        </section>
      )}
    </div>
  );
}
