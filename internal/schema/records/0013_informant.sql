-- informant is one form that somebody close to a client fills in, without an
-- account. Its compartment is that of the person: whoever holds the link reads
-- what the form asks, and nothing of the record, into which they can only drop
-- their answers.
CREATE TABLE informant (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- UUIDv7
	token       BYTEA  NOT NULL, -- hash of the link, and then of the cookie of the browser that opened it
	state       TEXT   NOT NULL, -- sent, opened, given, ended
	made_at     BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	given_at    BIGINT NOT NULL, -- 0 until it was
	sealed_form BYTEA  NOT NULL, -- which questionnaire, under the key of the person
	sealed      BYTEA  NOT NULL, -- who, for whom and by whose agreement, under the key of the client's record
	sealed_answer BYTEA NOT NULL, -- items and note, under the same; empty until given
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX informant_token ON informant (practice, token);
