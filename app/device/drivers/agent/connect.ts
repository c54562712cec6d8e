/** The command `connect` of native/agent/PROTOCOL.md, section 5. */
import { type ConnectPhase, connectFaults, connectPhases, type PhaseResult } from '../../../contract/connecting.ts';
import { StationError } from '../../../contract/errors.ts';
import { badAnswer } from '../../badanswer.ts';
import type { Home } from '../../driver.ts';
import { countOf, textOf } from './answer.ts';
import { escapeText, frameLimit } from './frame.ts';
import type { Command } from './requests.ts';

/** The mark and number before a body, and the CRC and line end behind it. */
const frameRest = 16;

/**
 * The command as its words.
 *
 * @throws call.badParams – for names that do not fit into one line of 256 bytes
 */
export function connectCommand({ host, port, clientId, topic }: Home): Command {
  const command = ['connect', escapeText(host), String(port), escapeText(clientId), escapeText(topic)];
  if (command.join(' ').length + frameRest <= frameLimit) return command;
  const detail = `the device reads lines of ${frameLimit} bytes: host, client id and topic are too long together`;
  throw new StationError('call.badParams', detail, { data: { path: 'topic' } });
}

export const phaseNamed = (word: string): ConnectPhase | undefined => connectPhases.find((phase) => phase === word);

/**
 * The phases of a final answer: those that were begun have a duration, and the last of them failed if one did.
 *
 * @throws device.badAnswer – for an answer without any phase, or with an unknown reason
 */
export function readPhases(values: Record<string, string>): PhaseResult[] {
  const failed = values.failed === undefined ? undefined : phaseNamed(values.failed);
  if (failed === undefined && values.failed !== undefined) throw badAnswer('an unknown phase failed');
  const end = failed === undefined ? connectPhases.length : connectPhases.indexOf(failed) + 1;
  return connectPhases.map((phase, at): PhaseResult => {
    if (at >= end) return { phase, state: 'notReached' };
    const ms = countOf(values[phase], phase, 0, 600_000);
    return phase === failed ? { phase, state: 'failed', ms, ...whyOf(values) } : { phase, state: 'ok', ms };
  });
}

function whyOf({ reason, detail }: Record<string, string>): Pick<PhaseResult, 'fault' | 'reason'> {
  const fault = connectFaults.find((one) => one === reason);
  if (!fault) throw badAnswer('an unknown reason');
  return { fault, ...(detail === undefined ? {} : { reason: textOf(detail, 'detail') }) };
}
