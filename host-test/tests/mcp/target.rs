//! Where calls go is asked before each of them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use connector_host::{
    Client as Http, Connection, Environment, Route, Tenant, testing::NumberedTokens, transport::BoxFuture,
};
use connector_mcp::{Guide, Server, Target};
use paypal_simulator::{Faults, Simulator};
use rmcp::ServiceExt as _;
use serde_json::json;

use crate::{
    client::Client,
    world::{Connected, World, connector, everything},
};

/// A connection in a store, which may be deleted.
struct Stored {
    faults: Faults,
    is_there: Arc<AtomicBool>,
}

impl Target for Stored {
    fn label(&self) -> String {
        "the shop's account".to_owned()
    }

    fn tenant(&self) -> BoxFuture<Result<Tenant, String>> {
        let (faults, is_there) = (self.faults.clone(), self.is_there.load(Ordering::Acquire));
        Box::pin(async move {
            let tokens = NumberedTokens::new(Simulator::token());
            let connection = Connection::new(Route::paypal(Environment::Sandbox), tokens, Http::new());
            is_there.then(|| Tenant::new(connection, faults)).ok_or("the connection was deleted".to_owned())
        })
    }
}

#[tokio::test]
async fn a_connection_that_is_gone_is_gone_for_the_next_call() {
    let world = World::new(everything());
    let is_there = Arc::new(AtomicBool::new(true));
    let target = Stored { faults: world.faults.clone(), is_there: is_there.clone() };
    let server = Server::new(connector().clone(), target, &everything(), Guide::default(), |_| {}).await.unwrap();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
    let client = Connected(Client::default().serve(ours).await.unwrap());
    assert!(client.0.peer_info().unwrap().instructions.clone().unwrap().contains("go to the shop's account"));
    client.done("products_list", json!({})).await;
    is_there.store(false, Ordering::Release);
    let seen = world.faults.seen().len();
    assert_eq!(seen, 1);
    for arguments in [json!({}), json!({"max_items": 5})] {
        let (said, _) = client.failed("products_list", arguments).await;
        assert_eq!(said, "Nothing was sent: the connection was deleted");
    }
    assert!(world.faults.seen().is_empty());
}
