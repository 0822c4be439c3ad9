//! Work nobody waits for: sending queued notices, and bringing right what time has changed.
//!
//! Every job may run on several nodes at once: the database decides who does what. A job that fails is tried again at its
//! next turn; [`App::jobs`](crate::app::App::jobs) tells how each is doing.

mod mailer;
mod outage;
mod scheduler;
mod stop;

pub use mailer::{Mailer, Tally};
pub use scheduler::{Job, Scheduler};

use crate::app::App;
use crate::mail::{Letterhead, Transport};
use std::time::Duration;
use stop::Stopper;
use tokio::task::JoinHandle;

/// How the jobs work.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who writes the mails.
    pub letterhead: Letterhead,
    /// Name of this node, for readers of the outbox table.
    pub node: String,
    /// How many mails are on their way at once, at most.
    pub mails_at_once: usize,
    /// How often the mailer looks by itself for what other nodes queued and what waits for its next try.
    pub look_every: Duration,
}

impl Settings {
    /// Four mails at once, a look every ten seconds, the node named by its process id.
    #[must_use]
    pub fn new(letterhead: Letterhead) -> Settings {
        Settings {
            letterhead,
            node: format!("node-{}", std::process::id()),
            mails_at_once: 4,
            look_every: Duration::from_secs(10),
        }
    }
}

/// The running jobs. Dropped without [`Jobs::stop`], they end by themselves, and nobody waits for them.
#[derive(Debug)]
pub struct Jobs {
    stopper: Stopper,
    tasks: Vec<JoinHandle<()>>,
}

/// Time for mails on their way to arrive when the process is to end. What takes longer is sent again by the next process.
const LAST_MAILS: Duration = Duration::from_secs(20);

/// Starts all jobs on the current runtime. Without a transport mail stays queued, and everything else runs.
#[must_use]
pub fn start(app: &App, transport: Option<Transport>, settings: Settings) -> Jobs {
    let stopper = Stopper::new();
    let scheduler = Scheduler::new(app.clone());
    let mut tasks: Vec<_> =
        Job::ALL.iter().map(|job| tokio::spawn(scheduler.clone().run(*job, stopper.stop()))).collect();
    if let Some(transport) = transport {
        let mailer = Mailer::new(app.clone(), transport, settings);
        tasks.push(tokio::spawn(mailer.run(stopper.stop())));
    }
    Jobs { stopper, tasks }
}

impl Jobs {
    /// Ends all jobs: nothing new is begun, and what is under way has 20 seconds to end.
    pub async fn stop(self) {
        self.stopper.now();
        let deadline = tokio::time::Instant::now() + LAST_MAILS;
        for mut task in self.tasks {
            if tokio::time::timeout_at(deadline, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}
