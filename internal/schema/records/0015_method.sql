-- practice_method is a concern, an approach or a technique of the practice's own,
-- in one version. It is never changed and never deleted: plans keep the version
-- that they were chosen from.
CREATE TABLE practice_method (
	practice TEXT   NOT NULL,
	mark     BYTEA  NOT NULL, -- which one: a keyed hash of its id
	version  BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	sealed   BYTEA  NOT NULL, -- the entry as a file, and by whom
	PRIMARY KEY (practice, mark, version)
) /* CLUSTERED */;

-- practice_method_choice says whether an entry is left out of what can be chosen.
CREATE TABLE practice_method_choice (
	practice   TEXT   NOT NULL,
	mark       BYTEA  NOT NULL, -- which one: a keyed hash of its id
	changed_at BIGINT NOT NULL,
	sealed     BYTEA  NOT NULL, -- which one, whether it is hidden, and by whom
	PRIMARY KEY (practice, mark)
) /* CLUSTERED */;
