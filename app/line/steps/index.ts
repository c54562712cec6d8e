import type { StepName } from '../../contract/model.ts';
import type { Step } from '../unit.ts';
import { claim } from './claim.ts';
import { connect } from './connect.ts';
import { csr } from './csr.ts';
import { decideStep } from './decide.ts';
import { identify } from './identify.ts';
import { install } from './install.ts';
import { issue } from './issue.ts';
import { key } from './key.ts';
import { seal } from './seal.ts';
import { verify } from './verify.ts';

export const steps: { [S in StepName]: Step<S> } = {
  identify,
  key,
  csr,
  decide: decideStep,
  issue,
  claim,
  install,
  verify,
  connect,
  seal,
};
