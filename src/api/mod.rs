//! JSON face: one file per resource; wire types and OpenAPI live here.
