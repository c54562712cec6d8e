import type { ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { type ErrorCode, errorCodes, type Finding } from '../../app/contract/index.ts';
import { MachineText } from '../controls/machinetext.tsx';
import { useErrorWords } from './index.ts';

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
const isErrorCode = (value: unknown): value is ErrorCode => (errorCodes as readonly unknown[]).includes(value);

/** The text of a system, a database or a server, within its sentence. */
const machineSaid = ({ values = {} }: Finding) => <MachineText text={String(values.why ?? values.problem ?? '')} />;

/** The words for a finding of the station, and for its remedy, in the language of the screen. Times are local. */
export function useFindingWords() {
  const found = useTranslations('findings');
  const remedies = useTranslations('findingRemedies');
  const format = useFormatter();
  const wordsOf = useErrorWords();
  const valuesOf = ({ values = {} }: Finding) => ({
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        isTime(value)
          ? format.dateTime(new Date(value), { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })
          : value,
      ]),
    ),
    // The words for the error code that a finding has, in the language of the screen.
    ...(isErrorCode(values.code) ? { said: wordsOf({ code: values.code }).what } : {}),
  });
  return {
    what(finding: Finding): ReactNode {
      const code = finding.values?.code;
      if (finding.what === 'failed' && isErrorCode(code)) {
        const { what, meaning } = wordsOf({ code });
        return `${what} ${meaning}`;
      }
      const said = found.rich(finding.what, { ...valuesOf(finding), machine: () => machineSaid(finding) });
      return typeof said === 'string' ? said.trim() : said;
    },
    remedy: (finding: Finding): string | undefined =>
      finding.remedy === undefined ? undefined : remedies(finding.remedy, valuesOf(finding)),
  };
}
