//! The server on standard input and output.

use rmcp::{
    ServiceExt as _,
    transport::{async_rw::AsyncRwTransport, stdio},
};

use crate::server::{LARGEST, Server};

/// Serves one client on standard input and output, until it closes them. Nothing else may write to standard output.
///
/// # Errors
/// If the client does not begin as the protocol says. The text is for a person.
pub async fn serve(server: Server) -> Result<(), String> {
    let (stdin, stdout) = stdio();
    let transport = AsyncRwTransport::new_server(stdin, stdout).with_max_line_length(LARGEST);
    let running = server.serve(transport).await.map_err(|error| error.to_string())?;
    running.waiting().await.map(|_| ()).map_err(|error| error.to_string())
}
