//! The word to end.

use tokio::sync::watch;

/// Gives the word.
#[derive(Debug)]
pub(super) struct Stopper(watch::Sender<bool>);

/// Hears the word. The word is also given when the [`Stopper`] is gone.
#[derive(Debug, Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

impl Stopper {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(super) fn stop(&self) -> Stop {
        Stop(self.0.subscribe())
    }

    pub(super) fn now(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Waits for the word; at once when it was given before.
    pub(super) async fn asked(&mut self) {
        // An error means that nobody is left to give it.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}
