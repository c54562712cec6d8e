/** What a screen says of a connection at the bench: its one sentence, its phases in a line, and what helps. */
import { useTranslations } from 'use-intl';
import { failedPhase, type HomeCallView, type PhaseResult, type Slot } from '../../app/contract/index.ts';
import { useErrorWords } from '../words/index.ts';

type Remedy =
  | 'name'
  | 'network'
  | 'silence'
  | 'server'
  | 'clock'
  | 'store'
  | 'refused'
  | 'refusedClient'
  | 'policy'
  | 'protocol';

/** What helps against a failure in this phase. */
export function remedyOf({ phase, fault }: PhaseResult): Remedy {
  if (phase === 'dns') return 'name';
  if (fault === 'timeout') return 'silence';
  if (phase === 'tcp') return 'network';
  if (fault === 'server' || fault === 'clock' || fault === 'store') return fault;
  if (fault === 'mqtt' || fault === 'tls') return 'protocol';
  if (phase === 'tls' || fault === 'lost') return phase === 'publish' || phase === 'policy' ? 'policy' : 'refused';
  return 'refusedClient';
}

export function useHomeCallWords() {
  const t = useTranslations('homeCall');
  const errorWords = useErrorWords();
  /** The phase that is under way: the first one that has not ended. */
  const present = ({ phases }: HomeCallView) => phases.find(({ state }) => state !== 'ok')?.phase ?? 'policy';
  const failure = ({ phases, error }: HomeCallView) => {
    const failed = failedPhase(phases);
    return { failed, phase: failed ? t(`phase.${failed.phase}`) : t('device'), error };
  };
  return {
    /** The sentence of a slot whose unit has passed, and its short form. */
    act(slot: Slot, call: HomeCallView): { act: string; short: string; why?: string | undefined } {
      const at = { slot: String(slot.slotId) };
      const short = t(`short.${call.state}`);
      if (call.state === 'running') return { act: t('running', { ...at, phase: t(`phase.${present(call)}`) }), short };
      if (call.state === 'connected') return { act: t('connected', at), short };
      const { phase } = failure(call);
      return { act: t('notConnected', { ...at, phase }), short, why: this.remedy(call) };
    },
    /** What helps; undefined when nothing has failed. */
    remedy(call: HomeCallView): string | undefined {
      const { failed, error } = failure(call);
      if (failed) return t(`remedy.${remedyOf(failed)}`);
      return error && `${errorWords(error).what} ${errorWords(error).next}`;
    },
    phaseName: (phase: PhaseResult['phase']) => t(`phase.${phase}`),
  };
}
