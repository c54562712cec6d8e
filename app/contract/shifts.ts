/** The shifts of a station: by them the figures of the bench begin again. */
import { z } from 'zod';

const knowsZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const aWeekday = 'a weekday is a number from 1 (Monday) to 7 (Sunday)';

export const shift = z.strictObject({
  /** The factory's word for it. Empty means that people know it by its start. */
  name: z.string().trim().max(40),
  /** Time on the wall clock, `HH:MM`. */
  starts: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'a time of day such as 06:00 is needed' }),
  /** The weekdays on which it starts, by ISO 8601: 1 is Monday, 7 is Sunday. */
  days: z
    .array(z.int({ message: aWeekday }).min(1, { message: aWeekday }).max(7, { message: aWeekday }))
    .min(1, { message: 'a weekday is needed' })
    .max(7, { message: 'a weekday is there twice' })
    .refine((days) => new Set(days).size === days.length, { message: 'a weekday is there twice' }),
});
export type Shift = z.infer<typeof shift>;

/**
 * A shift lasts until the next one starts, but never longer than to the same time on the next day. Time after that belongs
 * to no shift. It may end on another day than it started.
 */
export const shiftCalendar = z.strictObject({
  /** The IANA name of the time zone. Null means the zone of the station's PC. */
  zone: z.string().max(60).refine(knowsZone, { message: 'this time zone is not known' }).nullable(),
  shifts: z
    .array(shift)
    .min(1)
    .max(24)
    .superRefine((shifts, context) => {
      const taken = new Set<string>();
      for (const [index, { starts, days }] of shifts.entries())
        for (const day of days) {
          const at = `${day} ${starts}`;
          if (taken.has(at))
            context.addIssue({ code: 'custom', path: [index, 'starts'], message: 'another shift starts at that time' });
          taken.add(at);
        }
    }),
});
export type ShiftCalendar = z.infer<typeof shiftCalendar>;

export const everyDay = [1, 2, 3, 4, 5, 6, 7] as const;

/** The calendar of a station that has none of its own: three shifts of eight hours, every day. */
export const usualShifts: ShiftCalendar = {
  zone: null,
  shifts: ['06:00', '14:00', '22:00'].map((starts) => ({ name: '', starts, days: [...everyDay] })),
};
