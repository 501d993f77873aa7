-- copied names each copy of the keys that was made, the same name as stands in it: a
-- copy that these keys do not know of was made after them, by what they are an older
-- state of, and is not written over. The newest 10,000 are kept.
CREATE TABLE copied (
	n    BIGINT PRIMARY KEY, -- counts up
	name TEXT   NOT NULL UNIQUE
);
