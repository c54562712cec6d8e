/** The shift calendar from flags. */
import { StationError } from '../../app/contract/errors.ts';
import { everyDay, type ShiftCalendar, shiftCalendar } from '../../app/contract/model.ts';

/**
 * The calendar by `--shift` and `--shift-zone`. What is not given stays as it is. A shift is
 * `HH:MM[,days=12345][,name=N]`, e.g. `22:00,days=1234567,name=Night`.
 *
 * @throws `call.badParams` – names the flag
 */
export function shiftsFrom(
  { shift, shiftZone }: { shift?: string[]; shiftZone?: string },
  before: ShiftCalendar,
): ShiftCalendar {
  const calendar = shiftCalendar.safeParse({
    zone: shiftZone === undefined ? before.zone : shiftZone === 'pc' ? null : shiftZone,
    shifts: shift === undefined ? before.shifts : shift.map(shiftOf),
  });
  if (calendar.success) return calendar.data;
  const [{ path = [], message = '' } = {}] = calendar.error.issues;
  const flag = path[0] === 'zone' ? '--shift-zone' : `--shift ${shift?.[Number(path[1])] ?? ''}`.trim();
  throw new StationError('call.badParams', `${flag}: ${path[2] === 'starts' ? 'its start, ' : ''}${message}`);
}

function shiftOf(text: string): unknown {
  const [starts, ...settings] = text.split(',');
  const { days, name = '', ...others } = Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s, 2)));
  return { starts, name, days: days === undefined ? [...everyDay] : [...days].map(Number), ...others };
}
