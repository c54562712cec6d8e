import { ListPlus, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Token } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Choices } from '../controls/choices.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import type { CustodyDraft } from './ceremonydraft.ts';

type Props = {
  custody: CustodyDraft;
  modules: readonly string[];
  pin: string;
  onCustody: (part: Partial<CustodyDraft>) => void;
  onPin: (pin: string) => void;
};

const other = '';

/** Asks for the module, the token and its PIN. */
export function TokenFields({ custody, modules, pin, onCustody, onPin }: Props) {
  const t = useTranslations('ceremony.token');
  const [typing, setTyping] = useState(modules.length === 0 || !modules.includes(custody.module));
  const [path, setPath] = useState(custody.module);
  return (
    <>
      {modules.length > 0 && (
        <SelectField
          label={t('module')}
          value={typing ? other : custody.module}
          options={[...modules.map((value) => ({ value, label: value })), { value: other, label: t('otherModule') }]}
          onPick={(module) => {
            setTyping(module === other);
            setPath(module);
            onCustody({ module, tokenSerial: '', tokenLabel: '' });
          }}
        />
      )}
      {typing && (
        <div className="row bottom">
          <div className="grow">
            <Field label={t('modulePath')} hint={t('modulePathHint')} value={path} maxLength={300} onValue={setPath} />
          </div>
          <Button
            disabled={path.trim() === ''}
            onClick={() => onCustody({ module: path.trim(), tokenSerial: '', tokenLabel: '' })}
          >
            {t('look')}
          </Button>
        </div>
      )}
      {custody.module !== '' && <Tokens key={custody.module} custody={custody} onCustody={onCustody} />}
      {custody.tokenSerial !== '' && (
        <Field
          label={t('pin', { token: custody.tokenLabel })}
          hint={t('pinHint')}
          type="password"
          maxLength={1024}
          value={pin}
          onValue={onPin}
        />
      )}
    </>
  );
}

function Tokens({ custody, onCustody }: Pick<Props, 'custody' | 'onCustody'>) {
  const t = useTranslations('ceremony.token');
  const { data, error, reload } = useRead('ca.tokens', { module: custody.module });
  const list = useAct('ca.addModule');
  const isListed = error?.code !== 'ca.moduleNotListed';
  const trust = async () => (await list.run({ path: custody.module })) && reload();
  const why = ({ initialized, pin }: Token) => {
    if (!initialized) return t('notInitialized');
    if (pin === 'notSet') return t('noPin');
    return pin === 'locked' ? t('pinLocked') : undefined;
  };
  return (
    <>
      <ErrorNotice error={error}>
        {!isListed && (
          <Button icon={ListPlus} busy={list.busy} onClick={() => void trust()}>
            {t('trust')}
          </Button>
        )}
      </ErrorNotice>
      <ErrorNotice error={list.error} />
      {!data && !error && <p className="hint">{t('looking')}</p>}
      {data && data.length > 0 && (
        <Choices
          legend={t('which')}
          value={custody.tokenSerial === '' ? null : custody.tokenSerial}
          onChoose={(tokenSerial) =>
            onCustody({ tokenSerial, tokenLabel: data.find(({ serial }) => serial === tokenSerial)?.label ?? '' })
          }
          choices={data.map((token) => ({
            value: token.serial,
            label: token.label === '' ? token.serial : token.label,
            hint: t('about', {
              maker: token.manufacturer,
              model: token.model,
              serial: token.serial,
              keys: token.keys.length,
            }),
            not: why(token),
          }))}
        />
      )}
      {data?.length === 0 && <p>{t('none')}</p>}
      <div className="row">
        <Button icon={RefreshCw} onClick={reload}>
          {t('again')}
        </Button>
      </div>
    </>
  );
}
