/** Certificates of many units at once, for acts in AWS. */
import { read } from '../call.ts';

export type ChosenCertificate = { serialHex: string; certificateId: string; unitSerial: string };

/** Units of an order, units by serial, or certificates by serial. */
export type CertificateChoice = {
  orderId?: string | undefined;
  unitSerials?: readonly string[] | undefined;
  serials?: readonly string[] | undefined;
};

/** The issued device certificates of the choice that are not revoked, by unit. A unit may have several in its life. */
export const chosenCertificates = read(
  (sql, { orderId, unitSerials, serials }: CertificateChoice): ChosenCertificate[] => {
    const [where, params] =
      orderId !== undefined
        ? ['u.orderId = @orderId', { orderId }]
        : unitSerials !== undefined
          ? ['u.unitSerial IN (SELECT value FROM json_each(@named))', { named: JSON.stringify(unitSerials) }]
          : ['c.serialHex IN (SELECT value FROM json_each(@named))', { named: JSON.stringify(serials ?? []) }];
    return sql.all<ChosenCertificate>(
      `SELECT c.serialHex, c.certificateId, c.unitSerial FROM certificates c JOIN units u USING (unitSerial)
       LEFT JOIN revocations r USING (serialHex)
       WHERE ${where} AND c.state = 'issued' AND r.serialHex IS NULL ORDER BY c.unitSerial, c.serialHex`,
      params,
    );
  },
);
