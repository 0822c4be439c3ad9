//! Callers who ask for the same kind of thing at the same time are served together: what one of them alone would pay for a
//! commit, or for a way to the server and back, is paid once for all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use tokio::sync::oneshot;

/// At most this many are served together: a chunk of 128 rows is the largest statement that is prepared once.
const TOGETHER: usize = 128;
/// So many may wait; the next one is sent away, and goes alone.
const WAITING: usize = 2_048;

/// Threads on a database that is a server: while one waits for an answer, the other asks for those who came meanwhile.
pub(super) const ON_A_SERVER: usize = 2;

type Waiting<I, O> = (I, oneshot::Sender<O>);

/// Where such callers wait. Nobody is kept waiting for company: whoever comes to an idle server is served at once, and those
/// who come meanwhile are the next to be served together. Its threads end with it.
pub(super) struct Gather<I, O> {
    waiting: mpsc::SyncSender<Waiting<I, O>>,
}

impl<I: Send + 'static, O: Send + 'static> Gather<I, O> {
    /// Starts `threads` that serve by `serve`, which answers each it is given, in their order, or none of them.
    pub(super) fn start(
        name: &str,
        threads: usize,
        serve: impl Fn(Vec<I>) -> Vec<O> + Send + Sync + 'static,
    ) -> Gather<I, O> {
        let (waiting, inbox) = mpsc::sync_channel(WAITING);
        let (inbox, serve) = (Arc::new(Mutex::new(inbox)), Arc::new(serve));
        for _ in 0..threads {
            let (inbox, serve) = (Arc::clone(&inbox), Arc::clone(&serve));
            let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
                while let Some(next) = take(&inbox) {
                    answer(next, &*serve);
                }
            });
            if let Err(error) = started {
                tracing::error!(%error, name, "a thread could not be started; callers go alone");
            }
        }
        Gather { waiting }
    }

    /// The answer; `None` where there is none: too many wait, or the serving broke. Whoever asks then goes alone.
    pub(super) async fn ask(&self, asked: I) -> Option<O> {
        let (reply, answer) = oneshot::channel();
        self.waiting.try_send((asked, reply)).ok()?;
        answer.await.ok()
    }
}

/// Waits for the next one, and takes who else waits; `None` when nobody can ask any more.
fn take<T>(inbox: &Mutex<mpsc::Receiver<T>>) -> Option<Vec<T>> {
    let inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    let mut next = vec![inbox.recv().ok()?];
    next.extend(inbox.try_iter().take(TOGETHER - 1));
    Some(next)
}

fn answer<I, O>(next: Vec<Waiting<I, O>>, serve: &impl Fn(Vec<I>) -> Vec<O>) {
    let (asked, replies): (Vec<I>, Vec<oneshot::Sender<O>>) = next.into_iter().unzip();
    // After a panic the replies are dropped, and each caller finds out alone whose it was.
    let Ok(answers) = catch_unwind(AssertUnwindSafe(|| serve(asked))) else { return };
    for (reply, answer) in replies.into_iter().zip(answers) {
        // The caller may have gone away; what was done for it stands all the same.
        let _gone = reply.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn each_gets_its_own_answer_and_those_who_wait_are_served_together() {
        let (enter, entered) = mpsc::channel();
        let (leave, left) = mpsc::channel::<()>();
        let left = Mutex::new(left);
        let gather = Arc::new(Gather::start("test", 1, move |asked: Vec<u32>| {
            enter.send(asked.len()).unwrap();
            left.lock().unwrap().recv().unwrap();
            asked.into_iter().map(|n| n * 2).collect()
        }));
        let ask = |n| {
            let gather = Arc::clone(&gather);
            tokio::spawn(async move { gather.ask(n).await })
        };
        let first = ask(1);
        assert_eq!(entered.recv().unwrap(), 1, "nobody waits for company");
        let others = [gather_waiting(&gather, 2), gather_waiting(&gather, 3)];
        leave.send(()).unwrap();
        leave.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Some(2));
        assert_eq!(entered.recv().unwrap(), 2, "those who came meanwhile");
        for (other, answer) in others.into_iter().zip([4, 6]) {
            assert_eq!(other.await.ok(), Some(answer));
        }
    }

    fn gather_waiting(gather: &Gather<u32, u32>, n: u32) -> oneshot::Receiver<u32> {
        let (reply, answer) = oneshot::channel();
        gather.waiting.try_send((n, reply)).unwrap();
        answer
    }

    #[tokio::test]
    async fn who_breaks_the_serving_is_told_so_and_the_next_is_served() {
        let gather = Gather::start("test", 1, |asked: Vec<u32>| {
            assert!(!asked.contains(&13));
            asked
        });
        assert_eq!(gather.ask(13).await, None);
        assert_eq!(gather.ask(14).await, Some(14));
    }
}
