import { Field as Base } from '@base-ui/react/field';
import { CalendarDays } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { dayAsTyped, isDay } from './daytext.ts';

type Props = {
  label: string;
  /** `2026-12-24`, or text that is no day yet. */
  value: string;
  onValue: (value: string) => void;
  name?: string;
  hint?: string;
  problem?: string | undefined;
};

/**
 * A day to type, or to choose from the browser's calendar. The browser's own field has the order of the system's language,
 * which need not be that of the screen.
 */
export function DayField({ label, value, onValue, name, hint, problem }: Props) {
  const t = useTranslations('common.day');
  const calendar = useRef<HTMLInputElement>(null);
  const wrong = value === '' ? undefined : isDay(value) ? problem : t('problem');
  return (
    <Base.Root className="field" invalid={wrong !== undefined}>
      <Base.Label className="label">{label}</Base.Label>
      <div className="day-input">
        <Base.Control
          {...(name === undefined ? {} : { name })}
          className="input normal"
          autoComplete="off"
          placeholder={t('form')}
          value={value}
          onValueChange={(text) => onValue(dayAsTyped(text))}
        />
        <button
          type="button"
          className="button quiet"
          aria-label={t('calendar')}
          title={t('calendar')}
          onClick={() => calendar.current?.showPicker()}
        >
          <CalendarDays aria-hidden="true" />
        </button>
        <input
          ref={calendar}
          type="date"
          tabIndex={-1}
          aria-hidden="true"
          value={isDay(value) ? value : ''}
          onChange={(event) => onValue(event.target.value)}
        />
      </div>
      {hint !== undefined && wrong === undefined && <Base.Description className="hint">{hint}</Base.Description>}
      {wrong !== undefined && (
        <Base.Error match className="wrong">
          {wrong}
        </Base.Error>
      )}
    </Base.Root>
  );
}
