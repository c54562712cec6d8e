import { useTranslations } from 'use-intl';
import { type NextAct, nextActOf, type Slot, type WireError } from '../../app/contract/index.ts';
import { useSession } from '../stationclient.ts';
import { useErrorWords } from '../words/index.ts';
import { keepsUnit, pictureOf } from './actpictures.ts';
import { useHomeCallWords } from './homecallwords.ts';
import { useLockWords } from './lockwords.ts';

export type SlotWords = {
  /** The one next act, as a sentence. */
  act: string;
  /** The same in two or three words, for tiles that have no room for a sentence. */
  short: string;
  /** The cause, where there is one. */
  why?: string | undefined;
};

/** These acts end with a second try. A bench that is locked or signed out does not give one. */
const secondTry: readonly NextAct[] = ['retry', 'checkCable', 'scanAgain', 'resetUnit', 'swapCable'];

/** Words for a slot. `goldenDue` is the serial of the golden unit while it has to come first. */
export function useSlotWords(): (slot: Slot, goldenDue?: string) => SlotWords {
  const t = useTranslations();
  const errorWords = useErrorWords();
  const lock = useLockWords();
  const connection = useHomeCallWords();
  const isQa = useSession()?.person?.role === 'qa';

  const asked = ({ ask, slotId }: Slot) => t(`bench.ask.${ask}`, { slot: String(slotId) });

  const afterError = (slot: Slot, error: WireError): string => {
    const { code } = error;
    if (slot.state === 'CHECK_STATION') {
      if (slot.ask === 'scanLabel') return errorWords(error).next;
      const call = slot.ask === 'callEngineer' ? t('now.callHere') : asked(slot);
      return keepsUnit(code) ? `${call} ${t('now.leaveIn')}` : call;
    }
    if (!secondTry.includes(nextActOf(code))) return errorWords(error).next;
    if (isQa) return t('session.qa.act');
    if (slot.prompt) return errorWords(error).next;
    return slot.ask === 'signIn' ? t('now.signInRetry') : asked(slot);
  };

  return (slot, goldenDue) => {
    const { error, lockReason, state } = slot;
    const golden = goldenDue !== undefined && (state === 'EMPTY' || state === 'SCAN');
    const picture = golden ? 'golden' : pictureOf(slot);
    const short = picture === 'cable' && error ? t('now.short.checkCable') : t(`now.short.${picture}`);
    if (error) {
      const { what, next } = errorWords(error);
      const act = afterError(slot, error);
      // Where the sentence calls an engineer, they read here what helps.
      const why = state === 'CHECK_STATION' && act !== next ? `${what} ${next}` : what;
      return { act, short, why };
    }
    if (state === 'PASS' && slot.homeCall && slot.ask !== 'signIn') return connection.act(slot, slot.homeCall);
    if (lockReason)
      return { act: lock.act(lockReason), short, why: lockReason === 'signedOut' ? undefined : lock.why(lockReason) };
    if (slot.ask === 'signIn') return { act: lock.act('signedOut'), short };
    const act = golden && state === 'EMPTY' ? t('now.plugGolden') : asked(slot);
    return { act, short, why: golden ? t('now.goldenDue', { serial: goldenDue }) : undefined };
  };
}
