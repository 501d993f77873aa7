-- moved says that a practice came here from another server, and keeps what proves
-- its part of the audit log there: the signed head of that log, and below, as
-- hashes, the leaves of the others.
CREATE TABLE moved (
	practice TEXT   NOT NULL,
	at       BIGINT NOT NULL, -- when it came
	log      TEXT   NOT NULL, -- by which the heads of the log there are verified
	head     TEXT   NOT NULL, -- of that log, signed when the practice was taken out
	first    BIGINT NOT NULL, -- the first leaf here that was one there; the practice's own follow it in order
	sealed   BYTEA  NOT NULL, -- the key of its keyed marks
	PRIMARY KEY (practice, at)
) /* CLUSTERED */;

-- moved_other is leaves of others in the log that a practice came from.
CREATE TABLE moved_other (
	practice TEXT   NOT NULL,
	at       BIGINT NOT NULL, -- as in moved
	seq      BIGINT NOT NULL, -- of the first of them, in that log
	hashes   BYTEA  NOT NULL, -- 32 bytes each
	PRIMARY KEY (practice, at, seq)
) /* CLUSTERED */;
