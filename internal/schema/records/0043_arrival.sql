-- arrival is what was brought from another product, so that nothing is brought twice.
CREATE TABLE arrival (
	practice    TEXT   NOT NULL,
	mark        TEXT   NOT NULL, -- keyed mark of what names it where it came from, in hex
	compartment TEXT   NOT NULL, -- name and contact of the client whom it is about
	kind        TEXT   NOT NULL, -- client, appointment, score, answer, goal
	row_id      TEXT   NOT NULL, -- what it became
	content     TEXT   NOT NULL, -- keyed mark of what it said, in hex
	by_id       TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, mark, compartment)
) /* CLUSTERED */;
