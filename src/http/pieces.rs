//! A file as the body of an answer.

use actix_web::web::{Bytes, block};
use futures_util::Stream;
use futures_util::stream;
use std::fs::File;
use std::io::Read;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// The file piece by piece, read beside the event loop.
pub fn pieces(file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = block(move || {
            let mut piece = vec![0; PIECE];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok::<_, std::io::Error>((piece, file))
        });
        match read.await.map_err(std::io::Error::other).flatten() {
            Ok((piece, _)) if piece.is_empty() => None,
            Ok((piece, file)) => Some((Ok(Bytes::from(piece)), Some(file))),
            Err(error) => Some((Err(error), None)),
        }
    })
}
