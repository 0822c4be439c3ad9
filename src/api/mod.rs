//! JSON face: one file per resource; wire types and OpenAPI live here.

pub mod kpi;
pub mod promises;
pub mod exports;
