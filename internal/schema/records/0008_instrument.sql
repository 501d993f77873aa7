-- practice_instrument is a questionnaire that the practice brought along, in one
-- version. It is never changed and never deleted: answers keep the version that
-- they were given under.
CREATE TABLE practice_instrument (
	practice   TEXT   NOT NULL,
	mark       BYTEA  NOT NULL, -- which one: a keyed hash of its id and version
	made_at    BIGINT NOT NULL,
	changed_at BIGINT NOT NULL, -- when it was brought, retired or taken back last
	retired_at BIGINT NOT NULL, -- 0 while it may be asked for
	sealed     BYTEA  NOT NULL, -- the definition, and by whom
	PRIMARY KEY (practice, mark)
) /* CLUSTERED */;

-- practice_pack says whether a questionnaire that comes with terms is switched on.
CREATE TABLE practice_pack (
	practice   TEXT   NOT NULL,
	mark       BYTEA  NOT NULL, -- which one: a keyed hash of its id
	changed_at BIGINT NOT NULL,
	sealed     BYTEA  NOT NULL, -- which one, whether it is on, and by whom
	PRIMARY KEY (practice, mark)
) /* CLUSTERED */;
