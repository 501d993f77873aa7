-- Who holds a role in the practice is sought by it. Grants lie by person, and where there
-- are ten thousand clients there are a hundred thousand. It has all that a grant has
-- (since), or SQLite would go through them nonetheless.
CREATE INDEX grants_by_role ON grants (practice, kind, until, since) WHERE compartment = 'operations';
