-- What the hosts of a service share besides the journal: access tokens, permits for calls, and pauses that PayPal has asked for.
-- `tenant` is the name of a connection. Times are the database's. docs/service.md says how they are used. Apply it after
-- 001-journal.sql, with
--     psql --single-transaction --set ON_ERROR_STOP=1 --file 002-provider.sql
-- A role that uses it needs SELECT, INSERT and UPDATE on these tables.

-- The access token of a connection, encrypted with a key made of its client secret. One row for each set of credentials.
CREATE TABLE kosha_token (
    tenant text NOT NULL,
    -- Derived from the credentials; they cannot be found from it.
    credentials text NOT NULL,
    -- How often the row was written.
    version bigint NOT NULL,
    sealed bytea,
    granted_at timestamptz,
    renew_at timestamptz,
    expires_at timestamptz,
    -- How many requests for a token have failed in a row, until when there is none, and why.
    strikes bigint NOT NULL,
    paused_until timestamptz,
    failure_kind text CHECK (failure_kind IN ('refused', 'unreachable')),
    failure text,
    -- Who is asking PayPal for a token, and until when nobody else may.
    holder text,
    leased_until timestamptz,
    PRIMARY KEY (tenant, credentials)
);

-- A row for each call of a connection that may run at once.
CREATE TABLE kosha_permit (
    tenant text NOT NULL,
    slot bigint NOT NULL,
    holder text NOT NULL,
    -- When the slot is free again, in any case.
    until timestamptz NOT NULL,
    PRIMARY KEY (tenant, slot)
);

-- Until when no action of a connection begins, because PayPal has answered 429.
CREATE TABLE kosha_backoff (
    tenant text PRIMARY KEY,
    until timestamptz NOT NULL
);
