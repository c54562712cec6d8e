import { queryError, type ServiceError } from './errors.ts';
import type { Call, Reply } from './http.ts';
import { document, type Node } from './xml.ts';

/** The AWS query protocol of STS, IAM and CloudFormation: a form goes in, XML comes out ("Making query requests", IAM user guide). */

const contentType = 'text/xml';
type QueryService = 'sts' | 'iam' | 'cloudformation';
const versions: Record<QueryService, string> = {
  sts: '2011-06-15',
  iam: '2010-05-08',
  cloudformation: '2010-05-15',
};

export const formOf = (call: Call): URLSearchParams =>
  new URLSearchParams(call.method === 'GET' ? call.query : call.body.toString('utf8'));

/** The service of an unsigned form. */
export function queryServiceOf(call: Call): QueryService | undefined {
  if (!call.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
  const version = formOf(call).get('Version');
  return (['sts', 'iam', 'cloudformation'] as const).find((service) => versions[service] === version);
}

/** @throws ServiceError InvalidAction */
export function queryOperation(service: QueryService, offered: readonly string[], call: Call): string {
  const form = formOf(call);
  const [name, version] = [form.get('Action') ?? '', form.get('Version') ?? ''];
  if (version !== versions[service] || !offered.includes(name)) {
    throw queryError('InvalidAction', `Could not find operation ${name} for version ${version}`);
  }
  return name;
}

/** `ActionNames.member.1`, `ActionNames.member.2`… */
export function listIn(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let at = 1; ; at += 1) {
    const value = form.get(`${name}.member.${at}`);
    if (value === null) return values;
    values.push(value);
  }
}

export function queryReply(service: QueryService, operation: string, result: Node, requestId: string): Reply {
  const body = document(`${operation}Response`, {
    [`${operation}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  });
  return { status: 200, headers: { 'content-type': contentType }, body: withNamespace(service, body) };
}

export const queryFailure =
  (service: QueryService) =>
  (error: ServiceError, requestId: string): Reply => {
    const shown = { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.name, Message: error.message };
    return {
      status: error.status,
      headers: { 'content-type': contentType },
      body: withNamespace(service, document('ErrorResponse', { Error: shown, RequestId: requestId })),
    };
  };

const withNamespace = (service: QueryService, xml: string): string =>
  xml.replace(/\n<(\w+)>/, `\n<$1 xmlns="https://${service}.amazonaws.com/doc/${versions[service]}/">`);

export const queryInternal = (): ServiceError => queryError('InternalFailure', 'An internal error has occurred.');
