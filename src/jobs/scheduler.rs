//! Reconcilers: each looks at everything that is due and brings it right, so that a missed turn loses nothing.

use super::stop::Stop;
use crate::app::{
    self, App, AppResult, Outcome, calendar, figures, promises, proofs, rma, seals, snapshots, stock, token,
    watch,
};
use std::time::Duration;

/// What is done again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Ends reservations whose time is over.
    ExpireReservations,
    /// Marks promises broken whose day is over.
    MarkBroken,
    /// Forgets idempotency keys older than 30 days.
    ForgetKeys,
    /// Forgets sessions and API tokens that ended more than 30 days ago.
    ForgetTokens,
    /// Reminds customers of what is owed to us.
    Remind,
    /// Owes a board for every repair that became late.
    OweBoards,
    /// Ends quotes nobody answered in time.
    ExpireQuotes,
    /// Forgets spreadsheets sent by the browser more than a day ago.
    ForgetUploads,
    /// Forgets requests without an account that nobody confirmed.
    ForgetRequests,
    /// Takes up a calendar another node published, and counts anew what was counted with an older one.
    FollowCalendar,
    /// Judges the lines that were touched, for the sums the figures rest on.
    Settle,
    /// Counts the chance of every open line to miss its date.
    Foresee,
    /// Counts what each depot handed out lately.
    CountUse,
    /// Seals what was written to the ledgers.
    Seal,
    /// Takes the month-end snapshots of the stock, and adds to them what was booked late.
    Snapshots,
    /// Has the ledger prove itself, once a night.
    Prove,
    /// Warns of repairs newly at risk or late.
    Warn,
    /// The morning mail, and the alert of the month.
    Digest,
    /// Tells of notices that were given up.
    DeadLetters,
}

impl Job {
    /// Every job.
    pub const ALL: &'static [Job] = &[
        Job::ExpireReservations,
        Job::MarkBroken,
        Job::Remind,
        Job::OweBoards,
        Job::ExpireQuotes,
        Job::ForgetKeys,
        Job::ForgetTokens,
        Job::FollowCalendar,
        Job::Settle,
        Job::Foresee,
        Job::CountUse,
        Job::Seal,
        Job::Snapshots,
        Job::Prove,
        Job::Warn,
        Job::Digest,
        Job::DeadLetters,
        Job::ForgetUploads,
        Job::ForgetRequests,
    ];

    /// Its name on the board and in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Job::ExpireReservations => "expire_reservations",
            Job::MarkBroken => "mark_broken",
            Job::Remind => "remind",
            Job::OweBoards => "owe_boards",
            Job::ExpireQuotes => "expire_quotes",
            Job::ForgetKeys => "forget_keys",
            Job::ForgetTokens => "forget_tokens",
            Job::ForgetUploads => "forget_uploads",
            Job::ForgetRequests => "forget_requests",
            Job::FollowCalendar => "follow_calendar",
            Job::Settle => "settle",
            Job::Foresee => "foresee",
            Job::CountUse => "count_use",
            Job::Seal => "seal",
            Job::Snapshots => "snapshots",
            Job::Prove => "prove",
            Job::Warn => "warn",
            Job::Digest => "digest",
            Job::DeadLetters => "dead_letters",
        }
    }

    /// How long after one turn the next one comes, give or take a tenth.
    #[must_use]
    pub const fn every(self) -> Duration {
        match self {
            Job::Settle => Duration::from_secs(10),
            // A spare may be owed within half an hour.
            Job::ExpireReservations | Job::FollowCalendar | Job::MarkBroken => Duration::from_secs(60),
            Job::Foresee | Job::Seal | Job::Snapshots | Job::Prove | Job::Warn => {
                Duration::from_secs(15 * 60)
            }
            // A day ends once a day; a node that was down then makes up for it soon after its start.
            Job::Remind | Job::OweBoards | Job::ExpireQuotes | Job::Digest | Job::DeadLetters => {
                Duration::from_secs(5 * 60)
            }
            Job::CountUse
            | Job::ForgetKeys
            | Job::ForgetTokens
            | Job::ForgetUploads
            | Job::ForgetRequests => Duration::from_secs(60 * 60),
        }
    }
}

/// Gives the jobs their turns.
#[derive(Clone)]
pub struct Scheduler {
    app: App,
}

impl Scheduler {
    /// Over this application.
    #[must_use]
    pub fn new(app: App) -> Scheduler {
        Scheduler { app }
    }

    /// One turn of a job; how many things it brought right. The board learns how it went.
    ///
    /// # Errors
    /// Whatever the use case meets; another turn may well succeed.
    pub async fn turn(&self, job: Job) -> AppResult<usize> {
        let result = self.work(job).await;
        let now = self.app.clock().now();
        match &result {
            Ok(done) => {
                if *done > 0 {
                    tracing::info!(job = job.name(), done, "brought right");
                }
                self.app.jobs().well(job.name(), now);
            }
            Err(error) => self.app.jobs().failed(job.name(), now, &error.to_string()),
        }
        result
    }

    async fn work(&self, job: Job) -> AppResult<usize> {
        match job {
            Job::ExpireReservations => {
                // In bites: each turn goes on until nothing is left.
                let mut expired = 0;
                loop {
                    match stock::expire_reservations(&self.app).await? {
                        0 => return Ok(expired),
                        n => expired += n,
                    }
                }
            }
            Job::MarkBroken => promises::mark_broken(&self.app).await,
            Job::Remind => rma::remind(&self.app).await,
            Job::OweBoards => rma::owe_boards(&self.app).await,
            Job::ExpireQuotes => rma::expire_quotes(&self.app).await,
            Job::Settle => figures::settle(&self.app).await,
            Job::Foresee => figures::foresee(&self.app).await,
            Job::CountUse => stock::count_use(&self.app).await,
            Job::Seal => seals::seal(&self.app).await,
            Job::Snapshots => snapshots::take(&self.app).await,
            Job::Prove => proofs::prove_nightly(&self.app).await,
            Job::Warn => self.write(watch::warn).await,
            Job::Digest => self.write(watch::digest).await,
            Job::DeadLetters => self.write(watch::dead_letters).await,
            Job::ForgetKeys => self.write(app::forget_keys).await,
            Job::ForgetUploads => self.write(app::import::files::forget).await,
            Job::ForgetRequests => self.write(app::public_requests::forget).await,
            Job::ForgetTokens => self.write(token::forget_ended).await,
            Job::FollowCalendar => {
                calendar::refresh(&self.app).await?;
                self.write(calendar::reconcile).await
            }
        }
    }

    /// One use case in a transaction of its own, in the name of the program.
    async fn write(&self, work: fn(&mut app::Conn, &app::Ctx) -> AppResult<usize>) -> AppResult<usize> {
        let ctx = self.app.system_context("jobs");
        let encode = |_: &usize| (0, String::new());
        match app::run(&self.app, &ctx, None, encode, work).await? {
            Outcome::Done(done) => Ok(done),
            Outcome::Replayed { .. } => Ok(0),
        }
    }

    /// Turns of one job until the word to stop. The first comes soon, at a moment of its own on each node.
    pub(super) async fn run(self, job: Job, mut stop: Stop) {
        let mut wait = job.every().mul_f64(rand::random_range(0.0..0.1));
        loop {
            tokio::select! {
                () = stop.asked() => return,
                () = tokio::time::sleep(wait) => {}
            }
            // The board has the error; the next turn is the next try.
            let _ = self.turn(job).await;
            wait = job.every().mul_f64(rand::random_range(0.9..1.1));
        }
    }
}
