/** Pieces of SQL about the units that have a claim. */

/** The number of units that got the claim. */
export const unitsOf = (claimId: string): string =>
  `(SELECT count(DISTINCT g.unitSerial) FROM claimUnits g WHERE g.claimId = ${claimId})`;

/** The number of those of which AWS has made things. */
export const registeredOf = (claimId: string): string =>
  `(SELECT count(DISTINCT g.unitSerial) FROM claimUnits g JOIN journalIndex j USING (unitSerial)
    WHERE g.claimId = ${claimId} AND j.state = 'registered')`;
