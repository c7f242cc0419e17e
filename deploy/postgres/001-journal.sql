-- The journal of connectors in PostgreSQL 11 or later: what happened to each resource of each tenant, in a database whose
-- encoding is UTF8. `PostgresJournal::migrate` applies this file; so does
--     psql --single-transaction --set ON_ERROR_STOP=1 --file 001-journal.sql
-- A role that uses the journal needs SELECT and INSERT on kosha_journal, and SELECT on kosha_journal_schema.
--
-- To append, once per id; no row comes back if there was one. Without the index, a conflict of `number` would count as one:
--     INSERT INTO kosha_journal (tenant, subject, id, time, event, status, details)
--     VALUES ($1, $2, $3, $4, $5, $6, $7)
--     ON CONFLICT (kosha_journal_digest(tenant, subject, id)) WHERE id IS NOT NULL DO NOTHING RETURNING number
-- To read a subject, with the first condition for the index:
--     SELECT id, time, event, status, details FROM kosha_journal
--     WHERE kosha_journal_digest($1, $2) = kosha_journal_digest(tenant, subject) AND tenant = $1 AND subject = $2
--     ORDER BY number

-- Which of these files have been applied.
CREATE TABLE kosha_journal_schema (
    version integer PRIMARY KEY
);
INSERT INTO kosha_journal_schema VALUES (1);

-- `number` is the order. An entry without an id is never a duplicate.
CREATE TABLE kosha_journal (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text NOT NULL,
    subject text NOT NULL,
    id text,
    time text NOT NULL,
    event text NOT NULL,
    status text,
    details text NOT NULL
);

-- An index takes values of some 2,700 bytes at most, so that the indexes have digests. The text of an array quotes its
-- elements, so that no two arrays have the same. It is immutable because the encoding of a database is.
CREATE FUNCTION kosha_journal_digest(VARIADIC parts text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT pg_catalog.sha256(pg_catalog.convert_to(parts::pg_catalog.text, 'UTF8')) $$;

CREATE UNIQUE INDEX kosha_journal_once ON kosha_journal (kosha_journal_digest(tenant, subject, id)) WHERE id IS NOT NULL;
CREATE INDEX kosha_journal_in_order ON kosha_journal (kosha_journal_digest(tenant, subject), number);
