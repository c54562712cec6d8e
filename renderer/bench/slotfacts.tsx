import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';
import { MachineText } from '../controls/machinetext.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { useErrorWords, useReason } from '../words/index.ts';
import { HomeCallPhases } from './homecallphases.tsx';
import { useHomeCallWords } from './homecallwords.ts';

/** Everything about a slot at its full length, where the tile has room for a part of it. */
export function SlotFacts({ slot }: { slot: Slot }) {
  const t = useTranslations();
  const words = useErrorWords();
  const reasonOf = useReason();
  const connection = useHomeCallWords();
  const { certificateId, error, name, unitSerial } = slot;
  const facts: (readonly [string, ReactNode])[] = [[t('now.fact.name'), name]];
  if (unitSerial !== undefined) facts.push([t('now.fact.unit'), <code key="unit">{unitSerial}</code>]);
  if (certificateId !== undefined) facts.push([t('now.fact.certificate'), <code key="id">{certificateId}</code>]);
  if (error) {
    const { what, meaning, next } = words(error);
    facts.push([t('now.fact.happened'), `${what} ${meaning}`], [t('now.fact.next'), next]);
    const reason = reasonOf(error);
    if (reason !== undefined) facts.push([t('now.fact.reason'), reason]);
    facts.push([
      t('now.fact.code'),
      <span className="code" key="code">
        {error.code}
        {error.detail !== '' && (
          <>
            : <MachineText text={error.detail} />
          </>
        )}
      </span>,
    ]);
  }
  const { homeCall } = slot;
  if (homeCall) {
    facts.push([t('homeCall.fact'), <HomeCallPhases key="phases" phases={homeCall.phases} />]);
    const { host, port, clientId: client, topic, tries } = homeCall;
    if (host !== '')
      facts.push([
        t('homeCall.where'),
        `${t('homeCall.whereValue', { host, port: String(port), client, topic })} · ${t('homeCall.tries', { tries })}`,
      ]);
    const remedy = connection.remedy(homeCall);
    if (remedy !== undefined && !error) facts.push([t('now.fact.next'), remedy]);
  }
  return <NamedValues facts={facts} />;
}
