//! The server on standard input and output.

use rmcp::{ServiceExt as _, transport};

use crate::server::Server;

/// Serves one client on standard input and output, until it closes them. Nothing else may write to standard output.
///
/// # Errors
/// If the client does not begin as the protocol says. The text is for a person.
pub async fn serve(server: Server) -> Result<(), String> {
    let running = server.serve(transport::stdio()).await.map_err(|error| error.to_string())?;
    running.waiting().await.map(|_| ()).map_err(|error| error.to_string())
}
