/** The command `provision` of native/agent/PROTOCOL.md, section 5. */
import { connectFaults } from '../../../contract/connecting.ts';
import { badAnswer } from '../../badanswer.ts';
import { type ClaimPlace, type DeviceProvisioned, type ProvisionPhase, provisionPhases } from '../../driver.ts';
import { textOf } from './answer.ts';
import { escapeText } from './frame.ts';
import type { Command } from './requests.ts';

/** The command as its words. */
export const provisionCommand = ({ host, port, clientId }: ClaimPlace): Command => [
  ...['provision', escapeText(host), String(port), escapeText(clientId)],
];

export const provisionPhaseNamed = (word: string): ProvisionPhase | undefined =>
  provisionPhases.find((phase) => phase === word);

type Failure = Extract<DeviceProvisioned, { failed: unknown }>;

/**
 * The failure of a final answer; undefined for a success.
 *
 * @throws device.badAnswer – for an unknown phase or reason
 */
export function readFailure(values: Record<string, string>): Failure | undefined {
  if (values.failed === undefined) return undefined;
  const failed = provisionPhaseNamed(values.failed);
  const fault = [...connectFaults, 'rejected' as const].find((one) => one === values.reason);
  if (!failed || !fault) throw badAnswer('an unknown phase or reason');
  return { failed, fault, reason: values.detail === undefined ? '' : textOf(values.detail, 'detail') };
}
