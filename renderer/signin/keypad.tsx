import { Delete } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** Number keys for gloves. */
export function Keypad({ onDigit, onDelete }: { onDigit: (digit: string) => void; onDelete: () => void }) {
  const t = useTranslations('signIn');
  return (
    <fieldset className="keypad" aria-label={t('keypad')}>
      {digits.map((digit) => (
        <Button key={digit} size="bench" onClick={() => onDigit(digit)}>
          {digit}
        </Button>
      ))}
      <span />
      <Button size="bench" onClick={() => onDigit('0')}>
        0
      </Button>
      <Button size="bench" icon={Delete} aria-label={t('delete')} onClick={onDelete} />
    </fieldset>
  );
}
