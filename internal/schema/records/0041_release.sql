-- release is a process note that its author let into the client's record, in a copy of its
-- own: it goes into archives until a date, or until its author takes it back. The note
-- itself stays in their vault.
CREATE TABLE release (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- client/id
	id          TEXT   NOT NULL, -- UUIDv7 of the form
	by_id       TEXT   NOT NULL, -- its author
	entry_id    TEXT   NOT NULL, -- of their vault
	revision    BIGINT NOT NULL, -- of the entry, as it was released
	made_at     BIGINT NOT NULL,
	until       BIGINT NOT NULL, -- from then on it is released no more
	sealed      BYTEA  NOT NULL, -- its words, and when it was begun
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
