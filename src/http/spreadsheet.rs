//! A spreadsheet as an answer.

use crate::app::export::{ExportError, ExportKind, Format};
use crate::http::{Problem, Trouble, pieces};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use chrono::NaiveDate;
use std::fs::File;

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::App(error) => error.into(),
            broken => {
                tracing::error!(error = %broken, "an export failed");
                Trouble::Internal.into()
            }
        }
    }
}

/// The file, to be kept as what it holds and the day it was written.
pub fn spreadsheet(kind: ExportKind, format: Format, today: NaiveDate, file: File) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{kind}-{today}.{format}\"")));
    match format {
        Format::Csv => response.insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")),
        // It is compressed already.
        Format::Xlsx => response
            .insert_header((
                CONTENT_TYPE,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ))
            .insert_header((CONTENT_ENCODING, "identity")),
    };
    response.streaming(pieces(file))
}
