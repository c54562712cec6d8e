/** Units that AWS makes by a provisioning template while the station speaks for them: what AWS answered, act by act. */
export const provisionedUnits = `
-- The template that AWS provisions by; null where AWS only certifies.
ALTER TABLE awsRequests ADD COLUMN template TEXT CHECK (length(template) > 0);
-- The certificate that AWS made and has not provisioned yet. AWS deletes it after an hour unless it is provisioned.
ALTER TABLE awsRequests ADD COLUMN certificateId TEXT
  CHECK (certificateId NOT GLOB '*[^0-9a-f]*' AND length(certificateId) = 64);
-- {thingName, deviceConfiguration}, as AWS answered.
ALTER TABLE awsRequests ADD COLUMN thing TEXT
  CHECK (thing IS NULL OR json_valid(thing) AND state = 'answered' AND template IS NOT NULL);
CREATE UNIQUE INDEX awsRequestsMade ON awsRequests (certificateId) WHERE certificateId IS NOT NULL;
DROP TRIGGER awsRequestsMove;
CREATE TRIGGER awsRequestsMove BEFORE UPDATE ON awsRequests
WHEN NEW.requestId <> OLD.requestId OR NEW.unitSerial <> OLD.unitSerial OR NEW.orderId <> OLD.orderId
  OR NEW.target <> OLD.target OR NEW.spkiSha256 <> OLD.spkiSha256 OR NEW.askedAt <> OLD.askedAt
  OR NEW.template IS NOT OLD.template OR OLD.certificateId IS NOT NULL AND NEW.certificateId IS NOT OLD.certificateId
  OR NEW.state = 'answered' AND NEW.template IS NOT NULL AND NEW.thing IS NULL
  OR NOT (OLD.state = 'asked' AND NEW.state IN ('answered', 'refused', 'lost')
    OR OLD.state = 'asked' AND NEW.state = 'asked' AND OLD.certificateId IS NULL AND NEW.certificateId IS NOT NULL
    OR OLD.state = 'lost' AND NEW.state = 'searched')
BEGIN SELECT RAISE(ABORT, 'a request to AWS does not go back'); END;
-- What AWS is to provision comes on record only as the certificate that it made for this request.
CREATE TRIGGER certificatesProvisioned BEFORE INSERT ON certificates WHEN NEW.awsTarget IS NOT NULL AND EXISTS (
  SELECT 1 FROM awsRequests r WHERE r.state = 'asked' AND r.unitSerial = NEW.unitSerial AND r.template IS NOT NULL
    AND r.certificateId IS NOT NEW.certificateId)
BEGIN SELECT RAISE(ABORT, 'AWS made another certificate for this request'); END;
`;
