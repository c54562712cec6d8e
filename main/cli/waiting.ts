import { note } from './command.ts';

const words = {
  otherTask: 'another task runs in the account, and AWS allows one',
  turn: 'an older batch of this station goes first',
  reports: 'AWS has not written its reports yet',
  throttled: 'AWS asked for fewer calls',
  unreachable: 'AWS cannot be reached; it is tried again until Ctrl-C',
} as const;
export type WaitingReason = keyof typeof words;

/** Tells on stderr why a command waits, once for each reason in a row. A command that waits in silence looks hung. */
export function waitingTeller() {
  let told: WaitingReason | undefined;
  return (reason: WaitingReason | undefined): void => {
    if (reason !== told && reason !== undefined) note(`waits: ${words[reason]}`);
    told = reason;
  };
}
