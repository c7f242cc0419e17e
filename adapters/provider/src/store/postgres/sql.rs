//! The statements. Each is a transaction of its own, so that no host holds a lock while it waits for PayPal. Parameters have their
//! types, because the database could not infer all of them.

/// Takes a free slot, if the connection is not held back. Those that others are about to take are skipped. It is chosen once,
/// because PostgreSQL does not move a part with locks into the rest: `$1` connection, `$2`
/// holder, `$3` limit, `$4` lease in milliseconds.
pub(super) const TAKE: &str = "\
    WITH free AS (
        SELECT slot FROM kosha_permit
        WHERE tenant = $1::text AND slot <= $3::bigint AND until <= now()
            AND NOT EXISTS (SELECT FROM kosha_backoff WHERE tenant = $1::text AND until > now())
        ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE kosha_permit SET holder = $2::text, until = now() + $4::bigint * interval '1 millisecond'
    FROM free WHERE kosha_permit.tenant = $1::text AND kosha_permit.slot = free.slot
    RETURNING kosha_permit.slot::bigint";

/// Says why there was none: how many slots there are, and for how many milliseconds the connection is held back.
pub(super) const WHY_NONE: &str = "\
    SELECT (SELECT count(*) FROM kosha_permit WHERE tenant = $1::text AND slot <= $2::bigint)::bigint,
        coalesce((SELECT ceil(extract(epoch FROM until - now()) * 1000) FROM kosha_backoff
            WHERE tenant = $1::text AND until > now()), 0)::bigint";

/// Makes the slots of a connection that are missing.
pub(super) const MAKE_SLOTS: &str = "\
    INSERT INTO kosha_permit (tenant, slot, holder, until)
    SELECT $1::text, slot, '', '-infinity' FROM generate_series(1, $2::bigint) AS slot
    ON CONFLICT DO NOTHING";

/// Frees a slot, unless another holds it by now.
pub(super) const RELEASE: &str = "\
    UPDATE kosha_permit SET holder = '', until = '-infinity'
    WHERE tenant = $1::text AND slot = $2::bigint AND holder = $3::text";

/// Holds a connection back for `$2` milliseconds, or longer if it already is.
pub(super) const BACK_OFF: &str = "\
    INSERT INTO kosha_backoff (tenant, until) VALUES ($1::text, now() + $2::bigint * interval '1 millisecond')
    ON CONFLICT (tenant) DO UPDATE SET until = greatest(kosha_backoff.until, EXCLUDED.until)";

/// Appends an entry, unless its subject has one with this id. A conflict of another index, such as `number`'s, is an error.
pub(super) const APPEND: &str = "\
    INSERT INTO kosha_journal (tenant, subject, id, time, event, status, details)
    VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text)
    ON CONFLICT (kosha_journal_digest(tenant, subject, id)) WHERE id IS NOT NULL DO NOTHING RETURNING number::bigint";

/// Reads the entries of a subject. The first condition is for the index.
pub(super) const ENTRIES: &str = "\
    SELECT id, time, event, status, details FROM kosha_journal
    WHERE kosha_journal_digest($1::text, $2::text) = kosha_journal_digest(tenant, subject)
        AND tenant = $1::text AND subject = $2::text
    ORDER BY number";

/// Reads what is known of a token; times in milliseconds from now.
pub(super) const TOKEN: &str = "\
    SELECT version::bigint, sealed,
        floor(extract(epoch FROM now() - granted_at) * 1000)::bigint,
        ceil(extract(epoch FROM renew_at - now()) * 1000)::bigint,
        ceil(extract(epoch FROM expires_at - now()) * 1000)::bigint,
        strikes::bigint,
        ceil(extract(epoch FROM paused_until - now()) * 1000)::bigint,
        failure_kind, failure
    FROM kosha_token WHERE tenant = $1::text AND credentials = $2::text";

/// Claims the next request, unless another has it or has made it since version `$4` was read: `$3` holder, `$5` lease.
pub(super) const CLAIM: &str = "\
    INSERT INTO kosha_token (tenant, credentials, version, strikes, holder, leased_until)
    VALUES ($1::text, $2::text, 0, 0, $3::text, now() + $5::bigint * interval '1 millisecond')
    ON CONFLICT (tenant, credentials) DO UPDATE SET holder = EXCLUDED.holder, leased_until = EXCLUDED.leased_until
    WHERE kosha_token.version = $4::bigint
        AND (kosha_token.leased_until IS NULL OR kosha_token.leased_until <= now())
    RETURNING version::bigint";

/// Writes what is known after the request, and gives up the claim.
pub(super) const WRITE: &str = "\
    UPDATE kosha_token SET version = version + 1, sealed = $4::bytea,
        granted_at = now() - $5::bigint * interval '1 millisecond',
        renew_at = now() + $6::bigint * interval '1 millisecond',
        expires_at = now() + $7::bigint * interval '1 millisecond',
        strikes = $8::bigint,
        paused_until = now() + $9::bigint * interval '1 millisecond',
        failure_kind = $10::text, failure = $11::text, holder = NULL, leased_until = NULL
    WHERE tenant = $1::text AND credentials = $2::text AND holder = $3::text";

/// Whether a table is missing.
pub(super) const IS_MISSING: &str = "SELECT (to_regclass($1::text) IS NULL)::int::bigint";
