import { Plus, Puzzle, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { TextArea } from '../controls/textarea.tsx';

type Props = { shares: readonly string[]; onShares: (shares: string[]) => void };

const least = 10;
const most = 16;

/** Shares come one at a time, each from its holder. A share is not shown again once it is added. */
export function ShareEntry({ shares, onShares }: Props) {
  const t = useTranslations('ca.shares');
  const [typed, setTyped] = useState('');
  const share = typed.trim();
  const twice = shares.includes(share);
  const add = () => {
    if (share.length < least || twice) return;
    onShares([...shares, share]);
    setTyped('');
  };
  return (
    <div className="stack">
      <p className="lead" role="status">
        {t('added', { count: shares.length })}
      </p>
      {shares.length > 0 && (
        <ol className="share-list">
          {shares.map((one, index) => (
            <li key={one}>
              <Puzzle aria-hidden="true" />
              {t('number', { number: index + 1 })}
              <Button
                kind="quiet"
                icon={X}
                aria-label={t('remove', { number: index + 1 })}
                onClick={() => onShares(shares.filter((other) => other !== one))}
              />
            </li>
          ))}
        </ol>
      )}
      {shares.length < most && (
        <>
          <TextArea label={t('next')} hint={t('hint')} rows={3} maxLength={4096} value={typed} onValue={setTyped} />
          {twice && (
            <p className="wrong" role="alert">
              {t('twice')}
            </p>
          )}
          <div className="row">
            <Button icon={Plus} disabled={share.length < least || twice} onClick={add}>
              {t('add')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
