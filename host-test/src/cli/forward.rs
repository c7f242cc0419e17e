//! The program to which `listen` forwards.

use host_test::listen::{EventFilter, Program};

/// Where events go on, and which.
#[derive(clap::Args)]
pub(super) struct Forward {
    /// Forward each webhook delivery to this program, unchanged, with PayPal's header fields; its answer goes back to PayPal
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// Forward, or pull, only events of these types, such as PAYMENT.CAPTURE.*,CHECKOUT.ORDER.APPROVED
    #[arg(long, value_name = "LIST", value_parser = EventFilter::parse)]
    events: Option<EventFilter>,
    /// Let --forward-to lead to another machine, such as another container
    #[arg(long, requires = "forward_to")]
    allow_remote: bool,
}

impl Forward {
    /// Returns the program, or what is wrong with its URL.
    pub(super) fn program(&self) -> Result<Option<Program>, String> {
        let program = self.forward_to.as_deref().map(|url| Program::new(url, self.allow_remote)).transpose();
        program.map_err(|error| format!("--forward-to: {error}"))
    }

    pub(super) fn filter(&self) -> EventFilter {
        self.events.clone().unwrap_or_default()
    }

    /// Whether there is nothing that --events could filter.
    pub(super) fn filters_nothing(&self) -> bool {
        self.events.is_some() && self.forward_to.is_none()
    }
}
