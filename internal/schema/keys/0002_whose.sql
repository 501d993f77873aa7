-- whose tells whose keys these are, so that a wrong address is noticed: the
-- identity of the safe that opens them.
CREATE TABLE whose (
	one  BIGINT PRIMARY KEY CHECK (one = 1),
	safe TEXT NOT NULL
);
