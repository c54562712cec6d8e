import { X } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import { everyDay, type Shift } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';

type Props = {
  number: number;
  shift: Shift;
  /** The start is no time, or another shift starts then. */
  wrongStart: boolean;
  wrongDays: boolean;
  onShift: (part: Partial<Shift>) => void;
  /** Absent for the only shift. */
  onRemove?: () => void;
};

/** 2024 began on a Monday. */
const dateOf = (day: number): Date => new Date(Date.UTC(2024, 0, day));

/** One shift: its name, its start and its weekdays. */
export function ShiftRow({ number, shift, wrongStart, wrongDays, onShift, onRemove }: Props) {
  const t = useTranslations('station.shifts');
  const format = useFormatter();
  const dayName = (day: number, weekday: 'short' | 'long') =>
    format.dateTime(dateOf(day), { weekday, timeZone: 'UTC' });
  const toggled = (day: number, on: boolean) =>
    on ? [...shift.days, day].sort((one, other) => one - other) : shift.days.filter((one) => one !== day);
  return (
    <li>
      <Field
        label={t('starts', { number })}
        value={shift.starts}
        maxLength={5}
        placeholder="06:00"
        problem={wrongStart ? t('startsProblem') : undefined}
        onValue={(starts) => onShift({ starts })}
      />
      <Field label={t('name', { number })} value={shift.name} maxLength={40} onValue={(name) => onShift({ name })} />
      <fieldset className="shift-days">
        <legend className="label">{t('days', { number })}</legend>
        {everyDay.map((day) => (
          <label key={day} className="check">
            <input
              type="checkbox"
              aria-label={dayName(day, 'long')}
              checked={shift.days.includes(day)}
              onChange={(event) => onShift({ days: toggled(day, event.target.checked) })}
            />
            {dayName(day, 'short')}
          </label>
        ))}
        {wrongDays && <p className="wrong">{t('daysProblem')}</p>}
      </fieldset>
      {onRemove && <Button kind="quiet" icon={X} aria-label={t('remove', { number })} onClick={onRemove} />}
    </li>
  );
}
