//! Progress notifications, for clients that ask for them, and cancellation.

use std::time::{Duration, Instant};

use rmcp::{
    model::{ProgressNotificationParam, ProgressToken},
    service::{Peer, RequestContext, RoleServer},
};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often a client hears of a call that takes long.
const BEAT: Duration = Duration::from_secs(2);

/// Tells a client how far its request is.
pub(crate) struct Reporter {
    peer: Peer<RoleServer>,
    token: Option<ProgressToken>,
    pub(crate) cancelled: CancellationToken,
    began: Instant,
    /// What was told last: it must increase.
    step: f64,
}

/// The client has cancelled its request.
pub(crate) struct Cancelled;

impl Reporter {
    pub(crate) fn of(context: &RequestContext<RoleServer>) -> Self {
        let token = context.meta.get_progress_token();
        Self { peer: context.peer.clone(), token, cancelled: context.ct.clone(), began: Instant::now(), step: 0.0 }
    }

    /// Tells what was done.
    pub(crate) async fn tell(&mut self, message: String) {
        let Some(token) = self.token.clone() else { return };
        self.step += 1.0;
        let progress = ProgressNotificationParam::new(token, self.step).with_message(message);
        // A client that is gone hears nothing.
        _ = self.peer.notify_progress(progress).await;
    }

    /// Waits for some work, and tells that it goes on. What is cancelled is dropped if `may_drop` says so, and else goes on
    /// to its end.
    pub(crate) async fn during<T>(
        &mut self,
        work: impl Future<Output = T>,
        may_drop: impl Fn() -> bool,
    ) -> Result<T, Cancelled> {
        tokio::pin!(work);
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let cancelled = self.cancelled.clone();
        let mut is_cancelled = false;
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = cancelled.cancelled(), if !is_cancelled => {
                    if may_drop() {
                        return Err(Cancelled);
                    }
                    is_cancelled = true;
                }
                _ = beat.tick() => self.tell(format!("{} s", self.began.elapsed().as_secs())).await,
            }
        }
    }
}
