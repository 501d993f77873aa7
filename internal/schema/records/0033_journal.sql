-- journal_share is a copy of an entry of a client's journal, which they show to those
-- who treat them until a date. The entry itself stays in their vault.
CREATE TABLE journal_share (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- client/id
	id          TEXT   NOT NULL, -- UUIDv7 of the form
	made_at     BIGINT NOT NULL,
	until       BIGINT NOT NULL, -- from then on it is not shared any more
	whole_at    BIGINT NOT NULL, -- when all of its pieces were there; 0: not yet, and nobody reads it
	size        BIGINT NOT NULL, -- bytes of its words and pieces
	sealed       BYTEA NOT NULL, -- which entry, of what kind, and what its pieces are
	sealed_words BYTEA NOT NULL,
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- journal_share_chunk is a part of a piece of it: sound, a picture or film.
CREATE TABLE journal_share_chunk (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- client/id
	share_id    TEXT   NOT NULL,
	piece_id    TEXT   NOT NULL,
	n           BIGINT NOT NULL, -- from 0
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, share_id, piece_id, n)
) /* CLUSTERED */;
