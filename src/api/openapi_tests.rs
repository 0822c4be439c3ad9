use super::*;
use crate::api::endpoints;
use std::collections::BTreeSet;

fn operations() -> Vec<(&'static str, String, Operation)> {
    let mut found = Vec::new();
    for (path, item) in &document().paths.paths {
        each_operation(&mut item.clone(), |method, operation| {
            found.push((method, path.clone(), operation.clone()));
        });
    }
    found
}

/// What is described is what is there: the table is what the server asks before every handler.
#[test]
fn the_document_names_exactly_the_endpoints_of_the_table() {
    let described: BTreeSet<_> =
        operations().into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let listed: BTreeSet<_> = endpoints().map(|e| format!("{} {}", e.method, e.path)).collect();
    assert_eq!(described, listed);
    assert_eq!(listed.len(), endpoints().count(), "an endpoint is listed twice");
}

#[test]
fn every_call_is_described_and_has_its_own_name() {
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        let call = format!("{method} {path}");
        assert!(operation.summary.is_some_and(|summary| !summary.is_empty()), "{call} has no summary");
        assert!(names.insert(operation.operation_id.unwrap()), "{call}: its name is taken");
        let answers = &operation.responses.responses;
        assert!(answers.keys().any(|status| status.starts_with('2')), "{call} never succeeds");
        assert!(answers.contains_key("500") && answers.contains_key("503"), "{call}");
        for variable in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let described = operation.parameters.iter().flatten().any(|parameter| match parameter {
                RefOr::T(parameter) => {
                    parameter.name == variable && matches!(parameter.parameter_in, ParameterIn::Path)
                }
                RefOr::Ref(_) => false,
            });
            assert!(described, "{call}: {{{variable}}} is not described");
        }
    }
}

/// Every `$ref` leads somewhere, and the version is the one promised.
#[test]
fn references_lead_somewhere() {
    let json = serde_json::to_value(document()).unwrap();
    assert_eq!(json["openapi"], "3.1.0");
    let text = json.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(json.pointer(reference).is_some(), "{reference} leads nowhere");
    }
}

/// Two types of one name would be one schema, and wrong for one of them.
#[test]
fn a_name_means_one_schema() {
    let mut schemas = std::collections::BTreeMap::new();
    for resource in RESOURCES {
        for (name, schema) in (resource.document)().components.unwrap_or_default().schemas {
            let schema = serde_json::to_value(schema).unwrap();
            let first = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(first, &schema, "{name} of {}", resource.name);
        }
    }
}

/// A described field of an inline enum would be described as an object, and no word of it would fit.
#[test]
fn a_word_is_a_text() {
    let text = serde_json::to_string(document()).unwrap();
    assert!(
        !text.contains(r#"{"type":"object","description""#) || !text.contains(r#""allOf":[{"type":"string""#)
    );
}
