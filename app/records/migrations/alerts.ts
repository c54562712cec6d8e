/** Alerts about orders are entries of the audit log; what is raised and not cleared follows from them. */
const told = `entry IN ('alert.raised', 'alert.cleared')`;

export const alerts = `
CREATE INDEX auditOfAlerts ON audit (subject, seq) WHERE ${told};
CREATE TRIGGER outboxAlerts AFTER INSERT ON audit WHEN NEW.${told} BEGIN
  INSERT INTO outbox (orderId, auditSeq) VALUES (NEW.subject, NEW.seq);
END;
`;
