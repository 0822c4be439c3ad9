//! How long a body may take to arrive: whoever sends a byte a minute holds a connection, and soon all of them.

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_util::Stream;
use futures_util::stream::{StreamExt, unfold};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long is waited.
#[derive(Clone, Copy)]
struct Patience {
    /// For a body of any size.
    at_least: Duration,
    /// And a second more for each so many bytes that came: slower is no connection one works over.
    slowest: u64,
}

impl Patience {
    /// How long after its beginning a body may still arrive of which so many bytes came.
    fn after(self, came: u64) -> Duration {
        self.at_least + Duration::from_secs(came / self.slowest)
    }
}

const PATIENCE: Patience = Patience { at_least: Duration::from_secs(30), slowest: 4 * 1024 };

/// Middleware: reads bodies with patience that ends.
///
/// # Errors
/// Those of the service within.
pub(super) async fn bodies<B: MessageBody + 'static>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if !req.method().is_safe() {
        let body = patient(req.take_payload(), PATIENCE);
        req.set_payload(Payload::Stream { payload: Box::pin(body) });
    }
    next.call(req).await
}

/// The body as it arrives, with an error once it took too long for what came so far.
fn patient(
    body: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    patience: Patience,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let begun = Instant::now();
    let pieces = unfold(Some((body, 0_u64)), move |waiting| async move {
        let (mut body, came) = waiting?;
        let until = begun + patience.after(came);
        match timeout_at(until, body.next()).await {
            Ok(piece) => {
                let piece = piece?;
                let more = piece.as_ref().map_or(0, |piece| u64::try_from(piece.len()).unwrap_or(u64::MAX));
                Some((piece, Some((body, came.saturating_add(more)))))
            }
            Err(_) => Some((Err(PayloadError::Io(ErrorKind::TimedOut.into())), None)),
        }
    });
    // Form readers ask once more after the end.
    pieces.fuse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::{iter, pending, repeat_with};

    fn piece(bytes: usize) -> Result<Bytes, PayloadError> {
        Ok(Bytes::from(vec![0; bytes]))
    }

    async fn what_comes(
        body: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
        patience: Patience,
    ) -> Vec<Result<Bytes, PayloadError>> {
        patient(body, patience).collect().await
    }

    #[tokio::test]
    async fn a_body_that_stands_still_is_given_up() {
        let patience = Patience { at_least: Duration::from_millis(20), slowest: 4096 };
        let came = what_comes(iter([piece(100)]).chain(pending()), patience).await;
        assert!(matches!(&came[..], [Ok(_), Err(PayloadError::Io(_))]), "{came:?}");
    }

    #[tokio::test]
    async fn pieces_without_a_byte_do_not_buy_time() {
        let patience = Patience { at_least: Duration::from_millis(20), slowest: 4096 };
        let for_ever = repeat_with(|| ()).then(|()| async {
            tokio::task::yield_now().await;
            piece(0)
        });
        let came = what_comes(Box::pin(for_ever), patience).await;
        assert!(matches!(came.last(), Some(Err(PayloadError::Io(_)))));
    }

    #[test]
    fn what_came_buys_time_for_the_rest() {
        assert_eq!(PATIENCE.after(0).as_secs(), 30);
        assert_eq!(PATIENCE.after(1_000).as_secs(), 30);
        assert_eq!(PATIENCE.after(64 * 1024 * 1024).as_secs(), 30 + 16 * 1024);
    }
}
