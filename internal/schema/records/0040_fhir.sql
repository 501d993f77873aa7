-- answer_sent is under what name a program sent an answer: a second one of that name
-- is the first again.
CREATE TABLE answer_sent (
	practice    TEXT  NOT NULL,
	compartment TEXT  NOT NULL,
	mark        BYTEA NOT NULL, -- keyed mark of the name, another for each client
	id          TEXT  NOT NULL, -- of the answer
	PRIMARY KEY (practice, compartment, mark)
) /* CLUSTERED */;
