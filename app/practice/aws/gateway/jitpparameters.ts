import type { Parsed } from '../iot/x509.ts';

/** Attributes of a subject, by OpenSSL's short names. Just-in-time provisioning extracts these and no others. */
const extracted: Readonly<Record<string, string>> = {
  C: 'Country',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  dnQualifier: 'DistinguishedNameQualifier',
  ST: 'StateName',
  CN: 'CommonName',
  serialNumber: 'SerialNumber',
};

/**
 * The parameters of a just-in-time provisioning template ("Just-in-time provisioning", AWS IoT developer guide). An
 * attribute that comes several times gives its first value, as policy variables do; AWS documents nothing about it. An
 * empty one gives none.
 */
export function jitpParameters({ id, x509 }: Parsed): ReadonlyMap<string, string> {
  const subject = x509.toLegacyObject().subject as unknown as Record<string, string | string[] | undefined>;
  const values = Object.entries(extracted).flatMap(([attribute, name]): [string, string][] => {
    const [first] = [subject[attribute]].flat();
    return first === undefined || first === '' ? [] : [[`AWS::IoT::Certificate::${name}`, first]];
  });
  return new Map([...values, ['AWS::IoT::Certificate::Id', id]]);
}
