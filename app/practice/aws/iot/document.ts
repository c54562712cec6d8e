import { checkPolicy } from '../../../iot/index.ts';
import { iotError } from '../errors.ts';

/** What AWS IoT takes as a policy document, `app/iot` knows. @throws ServiceError MalformedPolicyException */
export function checkDocument(text: string): void {
  const [problem] = checkPolicy(text).problems;
  if (!problem) return;
  const { path, message } = problem;
  throw iotError('MalformedPolicyException', `Policy document is Malformed: ${path === '' ? 'it' : path} ${message}`);
}
