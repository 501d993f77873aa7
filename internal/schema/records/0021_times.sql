-- An appointment may be of several people, come from a series, and is kept with
-- what became of it.
ALTER TABLE appointment ADD COLUMN meeting TEXT NOT NULL DEFAULT '';    -- what several people's appointments have in common
ALTER TABLE appointment ADD COLUMN series TEXT NOT NULL DEFAULT '';     -- empty: planned by itself
ALTER TABLE appointment ADD COLUMN attendance TEXT NOT NULL DEFAULT ''; -- came, missed, early, late; empty: nobody said
ALTER TABLE appointment ADD COLUMN by_side TEXT NOT NULL DEFAULT '';    -- client, clinician, practice: who moved or cancelled it

-- taken is a clinician's time, in cells of five minutes since 1970: the key lets
-- each have one owner, whoever comes at once. owner is a meeting, or what else
-- holds a time. compartment is whose erasing gives it back; empty: nobody's.
CREATE TABLE taken (
	practice     TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	cell         BIGINT NOT NULL,
	owner        TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	PRIMARY KEY (practice, clinician_id, cell)
) /* CLUSTERED */;
