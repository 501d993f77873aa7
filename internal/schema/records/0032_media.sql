-- vault_media is a piece of sound, picture or film that somebody sealed in their
-- browser for an entry of their vault.
CREATE TABLE vault_media (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- entries/owner/about
	id          TEXT   NOT NULL, -- UUIDv7, made in the browser
	entry_id    TEXT   NOT NULL, -- of the entry that it belongs to; empty until it is whole
	made_at     BIGINT NOT NULL,
	changed_at  BIGINT NOT NULL, -- when its last chunk came
	whole_at    BIGINT NOT NULL, -- when all of it was there; 0: not yet
	chunks      BIGINT NOT NULL, -- how many there are
	size        BIGINT NOT NULL, -- bytes of them, as the browser sealed them
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- vault_media_chunk is a part of it.
CREATE TABLE vault_media_chunk (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- entries/owner/about
	media_id    TEXT   NOT NULL,
	n           BIGINT NOT NULL, -- from 0
	sealed      BYTEA  NOT NULL, -- once more, around what the browser sealed
	PRIMARY KEY (practice, compartment, media_id, n)
) /* CLUSTERED */;
