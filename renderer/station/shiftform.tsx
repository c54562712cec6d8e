import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { everyDay, type Shift, type ShiftCalendar, shiftCalendar } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { wrongPaths } from '../controls/formfields.ts';
import { SaveRow } from '../controls/saverow.tsx';
import { Suggest } from '../controls/suggest.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useForm } from '../controls/useform.ts';
import { useBench } from '../stationclient.ts';
import { ShiftRow } from './shiftrow.tsx';

const mostShifts = 24;

/** Every time zone that this screen knows. The station checks the chosen one. */
const zones = Intl.supportedValuesOf('timeZone').map((value) => ({ value, title: value, hint: '' }));

const draftOf = ({ zone, shifts }: ShiftCalendar) => ({ zone: zone ?? '', shifts });
type Draft = ReturnType<typeof draftOf>;
const calendarOf = ({ zone, shifts }: Draft): ShiftCalendar => ({ zone: zone.trim() || null, shifts });

/** The shift calendar. The figures of the bench begin again with each shift. */
export function ShiftForm({ calendar }: { calendar: ShiftCalendar }) {
  const t = useTranslations('station.shifts');
  const form = useForm('station.configure', {
    first: draftOf(calendar),
    keeps: true,
    params: (draft) => ({ shifts: calendarOf(draft) }),
    words: (name) => (name === 'zone' ? t('zoneProblem') : undefined),
  });
  const { zone, shifts } = form.values;
  const wrong = wrongPaths(shiftCalendar, calendarOf(form.values));
  const isWrong = (index: number, part: keyof Shift) =>
    wrong.some((path) => path.startsWith(`shifts.${index}.${part}`));
  const change = (index: number, part: Partial<Shift>) =>
    form.set({ shifts: shifts.map((shift, at) => (at === index ? { ...shift, ...part } : shift)) });
  const near = zones.filter(({ value }) => value.toLowerCase().includes(zone.toLowerCase())).slice(0, 50);
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
      <p className="hint">{t('meaning')}</p>
      <Now />
      <ul className="shift-rows" aria-label={t('list')}>
        {shifts.map((shift, index) => (
          <ShiftRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a shift has no other name than its place
            key={index}
            number={index + 1}
            shift={shift}
            wrongStart={isWrong(index, 'starts')}
            wrongDays={isWrong(index, 'days')}
            onShift={(part) => change(index, part)}
            {...(shifts.length > 1
              ? { onRemove: () => form.set({ shifts: shifts.filter((_, at) => at !== index) }) }
              : {})}
          />
        ))}
      </ul>
      <div className="row">
        <Button
          icon={Plus}
          disabled={shifts.length >= mostShifts}
          onClick={() => form.set({ shifts: [...shifts, { name: '', starts: '', days: [...everyDay] }] })}
        >
          {t('add')}
        </Button>
      </div>
      <div className="narrow">
        <Suggest
          label={t('zone')}
          hint={t('zoneHint')}
          value={zone}
          suggestions={near}
          onValue={(next) => form.set({ zone: next })}
        />
        {form.wrong.has('zone') && <p className="wrong">{t('zoneProblem')}</p>}
      </div>
      <SaveRow form={form} save={t('save')} saved={t('saved')} />
    </form>
  );
}

/** The shift that the bench counts at this moment. */
function Now() {
  const t = useTranslations('station.shifts');
  const counters = useBench()?.counters;
  if (!counters) return null;
  const { shift, since } = counters;
  const start = () => <Timestamp at={since} shape="full" />;
  return (
    <p role="status">
      {shift === undefined
        ? t.rich('nowNone', { time: start })
        : t.rich('now', { name: shift.name === '' ? t('unnamed') : shift.name, time: start })}
    </p>
  );
}
