//! The row about a connection's token.

use std::time::Duration;

use egress_policy::Origin;

use super::{
    Host, Value, hex, milliseconds, problem,
    sealed::{NONCE, Seal},
    sql, text,
};
use crate::{
    endpoint::App,
    obtain::Book,
    renewal::{Kept, Known},
    token::TokenError,
};

const TABLE: &str = "kosha_token";

/// How long a request is claimed: somewhat longer than it may take. If a host is killed meanwhile, others ask after that time.
const LEASE: Duration = Duration::from_secs(35);

/// How long to wait for another's request, and how long before each look.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(100);

/// The kinds of failure, as they are written.
const REFUSED: &str = "refused";
const UNREACHABLE: &str = "unreachable";

/// The row about a connection's token.
pub(super) struct TokenRow<'a, H> {
    host: &'a mut H,
    connection: String,
    seal: Seal,
    holder: String,
    /// How often it had been written when it was last read.
    version: i64,
    /// When to wait no longer, by the host's clock; none before the first wait.
    patient_until: Option<Duration>,
}

impl<'a, H: Host> TokenRow<'a, H> {
    pub(super) fn new(host: &'a mut H, connection: &str, app: &App, origin: &Origin) -> Self {
        let holder = hex(&host.random(16));
        let seal = Seal::new(connection, app, origin);
        Self { host, connection: connection.to_owned(), seal, holder, version: 0, patient_until: None }
    }

    fn query(&mut self, statement: &str, mut values: Vec<Value>) -> Result<Vec<Vec<Value>>, TokenError> {
        values.splice(0..0, [text(&self.connection), text(&self.seal.credentials)]);
        problem::query(self.host, TABLE, statement, values)
            .map_err(|words| TokenError::unreachable(format!("the token cannot be kept: {words}")))
    }

    fn known(&self, row: &[Value]) -> Option<Known> {
        let [_, sealed, age, renew, expires, Value::Number(strikes), pause, kind, failure] = row else { return None };
        let time = |value: &Value| match value {
            Value::Number(number) => Some(Duration::from_millis(u64::try_from(*number).unwrap_or_default())),
            _ => None,
        };
        let token = match sealed {
            Value::Bytes(sealed) => self.seal.open(sealed),
            _ => None,
        };
        let age = time(age).unwrap_or_default();
        let error = match (kind, failure) {
            (Value::Text(kind), Value::Text(words)) if kind == REFUSED => Some(TokenError::Refused(words.clone())),
            (Value::Text(_), Value::Text(words)) => Some(TokenError::unreachable(words)),
            _ => None,
        };
        Some(Known {
            kept: token.map(|token| Kept { token, age, renew: time(renew), expires: time(expires) }),
            strikes: u32::try_from(*strikes).unwrap_or(u32::MAX),
            pause: time(pause).unwrap_or_default(),
            error,
        })
    }
}

impl<H: Host> Book for TokenRow<'_, H> {
    fn read(&mut self) -> Result<Known, TokenError> {
        let rows = self.query(sql::TOKEN, Vec::new())?;
        let Some(row) = rows.first() else {
            self.version = 0;
            return Ok(Known::default());
        };
        let other = || TokenError::unreachable(format!("the token cannot be kept: {TABLE} has other columns"));
        let Some(Value::Number(version)) = row.first() else { return Err(other()) };
        self.version = *version;
        self.known(row).ok_or_else(other)
    }

    fn claim(&mut self) -> Result<bool, TokenError> {
        let values = vec![text(&self.holder), Value::Number(self.version), milliseconds(LEASE)];
        Ok(!self.query(sql::CLAIM, values)?.is_empty())
    }

    fn write(&mut self, known: Known) {
        let nonce = self.host.random(NONCE);
        let kept = known.kept.as_ref();
        let time = |time: Option<Duration>| time.map_or(Value::Null, milliseconds);
        let sealed = kept.and_then(|kept| self.seal.seal(&kept.token, &nonce));
        let (kind, failure) = match known.error {
            None => (Value::Null, Value::Null),
            Some(TokenError::Refused(words) | TokenError::NotConfigured(words)) => (text(REFUSED), Value::Text(words)),
            Some(TokenError::Unreachable { reason, .. }) => (text(UNREACHABLE), Value::Text(reason)),
        };
        let values = vec![
            text(&self.holder),
            sealed.map_or(Value::Null, Value::Bytes),
            time(kept.map(|kept| kept.age)),
            time(kept.and_then(|kept| kept.renew)),
            time(kept.and_then(|kept| kept.expires)),
            known.strikes.into(),
            milliseconds(known.pause),
            kind,
            failure,
        ];
        // If it fails, the claim ends by itself.
        let _ = self.query(sql::WRITE, values);
    }

    fn wait(&mut self) -> bool {
        let now = self.host.now();
        let is_patient = now < *self.patient_until.get_or_insert(now + PATIENCE);
        if is_patient {
            self.host.sleep(PAUSE);
        }
        is_patient
    }
}
