-- The first and the newest answers to what was asked are found by when they were given:
-- one may have waited on a phone for longer than those after it.
CREATE INDEX occasion_given ON occasion (practice, compartment, ask_id, at, id) WHERE state = 'given';
