import { reasonTold } from '../../app/contract/index.ts';
import { MachineText } from '../controls/machinetext.tsx';
import { useCheckWords } from '../words/checkwords.ts';

/** Why a unit was not registered: what the station says, in the language of the screen, and what AWS said as AWS said it. */
export function ReasonText({ reason }: { reason: string }) {
  const wordsOf = useCheckWords();
  const told = reasonTold(reason);
  if (told) return <span title={wordsOf(told)}>{wordsOf(told)}</span>;
  return <MachineText text={reason} />;
}
