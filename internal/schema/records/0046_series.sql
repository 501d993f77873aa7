-- Which asks of a client are of one questionnaire is found in it alone: their rows, large by
-- what is sealed in them, lie on a page each. It has all that comparing answers needs.
CREATE INDEX ask_of_series ON ask (practice, compartment, series, id, every, from_at);
