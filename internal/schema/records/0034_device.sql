-- device is a phone on which a client uses Waymark without a network, too. What is
-- kept on it is sealed there; here lies the secret that opens it after signing in,
-- and by what name its owner knows it, both sealed under the key of the person.
CREATE TABLE device (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- person/id
	id          TEXT   NOT NULL, -- UUIDv7 of the form
	made_at     BIGINT NOT NULL,
	off_at      BIGINT NOT NULL, -- when it was taken off, 0: it was not
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
