-- practice_exercise is an exercise of the practice's own, in one version: written
-- by its clinicians, or adapted from one that comes with the product. It is never
-- changed and never deleted: what was agreed on keeps the version.
CREATE TABLE practice_exercise (
	practice TEXT   NOT NULL,
	id       TEXT   NOT NULL, -- own- and the id of the form that made the first: it says nothing
	version  BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	sealed   BYTEA  NOT NULL, -- the exercise, and by whom
	PRIMARY KEY (practice, id, version)
) /* CLUSTERED */;

-- practice_exercise_choice is what the practice leaves out of the lists.
CREATE TABLE practice_exercise_choice (
	practice   TEXT   NOT NULL,
	changed_at BIGINT NOT NULL,
	sealed     BYTEA  NOT NULL, -- the ids, and by whom
	PRIMARY KEY (practice)
) /* CLUSTERED */;

-- practice_exercise_draft is what one clinician writes and has not kept yet: theirs
-- alone, and deleted when it is kept or thrown away.
CREATE TABLE practice_exercise_draft (
	practice   TEXT   NOT NULL,
	person     TEXT   NOT NULL,
	id         TEXT   NOT NULL, -- of the exercise that it would be
	revision   BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	sealed     BYTEA  NOT NULL, -- the form as it was typed
	PRIMARY KEY (practice, person, id)
) /* CLUSTERED */;
