/** The units of one target, by unit serial: of a target that has few, they were looked for among all. */
export const connectionSearch = 'CREATE INDEX firstConnectionsByTarget ON firstConnections (target, unitSerial, state)';
