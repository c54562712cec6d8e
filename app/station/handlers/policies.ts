import { checkPolicy, evaluate, policyStarters } from '../../iot/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = Extract<keyof Handlers, `policies.${string}`>;

/** AWS's own examples name this account and this Region. */
const samplePlace = { region: 'us-east-1', accountId: '123456789012' };

/** Methods about IoT policies. */
export const policyHandlers = ({ config }: StationParts): Pick<Handlers, Names> => ({
  'policies.check': ({ text, requests }) => {
    const report = checkPolicy(text);
    const document = parsed(text);
    const outcomes = requests.map((request) => evaluate([document], request));
    const isPolicy = !outcomes.some(({ reasons }) => reasons.some(({ why }) => why.because === 'malformed'));
    return { report, outcomes: isPolicy ? outcomes : [] };
  },
  'policies.starters': () => {
    const region = config.current().targets[0]?.region;
    return policyStarters({ ...samplePlace, ...(region !== undefined && { region }) });
  },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
