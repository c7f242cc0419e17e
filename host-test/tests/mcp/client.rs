//! A client that answers what it is asked as its test says, and remembers what it was told.

use std::sync::{Arc, Mutex};

use rmcp::{
    ClientHandler, ErrorData,
    model::{
        ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability,
        FormElicitationCapability, Implementation, ProgressNotificationParam,
    },
    service::{NotificationContext, RequestContext, RoleClient},
};

#[derive(Clone, Default)]
pub(crate) struct Client {
    /// What the user answers; `None` for a client that cannot ask.
    answer: Option<ElicitationAction>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    pub(crate) told: Arc<Mutex<Vec<ProgressNotificationParam>>>,
}

impl Client {
    pub(crate) fn answering(answer: ElicitationAction) -> Self {
        Self { answer: Some(answer), ..Self::default() }
    }

    /// Returns what it was asked since the last time.
    pub(crate) fn questions(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        if self.answer.is_some() {
            let forms = ElicitationCapability::new().with_form(FormElicitationCapability::new());
            capabilities.elicitation = Some(forms);
        }
        ClientConfig::new(capabilities, Implementation::new("test", "1.0.0"))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, requested_schema, .. } = request else {
            panic!("a question of another kind")
        };
        assert!(requested_schema.properties.is_empty(), "to agree is enough");
        self.asked.lock().unwrap().push(message);
        Ok(ElicitResult::new(self.answer.clone().expect("it cannot be asked")))
    }

    async fn on_progress(&self, progress: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.told.lock().unwrap().push(progress);
    }
}
