//! An HTTP server on a thread of this process.

use actix_web::dev::{Server, ServerHandle};
use actix_web::rt;
use std::sync::mpsc;
use std::thread::JoinHandle;

/// The running server; it ends with the value.
pub struct Served {
    /// `host:port`
    pub address: String,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Runs what `make` makes, which says its address too.
    pub fn start(make: impl FnOnce() -> (Server, String) + Send + 'static) -> Served {
        let (say, heard) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            rt::System::new().block_on(async {
                let (server, address) = make();
                say.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, server) = heard.recv().unwrap();
        Served { address, server, thread: Some(thread) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The future only reports; the server is told by the call.
        drop(self.server.stop(false));
        drop(self.thread.take().map(JoinHandle::join));
    }
}
