-- Who did what is found by its day, however long the log is. The log was only ever
-- asked from its end.
CREATE INDEX audit_by_time ON audit (practice, at);
