//! Every ID of the Academy's registry of transforms is known: it resolves, or the error says why it is not supported.

use prelight::color::{known_unsupported, named, transform};
use serde_json::Value;
use std::collections::BTreeSet;

/// All IDs that the registry mentions, current and past, with their inverses.
fn ids() -> BTreeSet<String> {
    let Some(path) = crate::corpus("standards/amf/aces_transforms.json") else { return BTreeSet::new() };
    let json: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut ids = BTreeSet::new();
    for release in json["transformsData"].as_object().unwrap().values() {
        for row in release["transforms"].as_array().unwrap() {
            let past = row["previousEquivalentTransformIds"].as_array().into_iter().flatten();
            let all = past.chain([&row["transformId"], &row["inverseTransformId"]]);
            ids.extend(all.filter_map(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned));
        }
    }
    ids
}

#[test]
fn every_id_of_the_registry_is_known() {
    let ids = ids();
    let mut unknown = Vec::new();
    let (mut built, mut refused) = (0, 0);
    for id in &ids {
        match (named(id), known_unsupported(id)) {
            (Some(_), None) => built += 1,
            (None, Some(_)) => refused += 1,
            other => unknown.push(format!("{id}: {:?}", other.1)),
        }
    }
    eprintln!("{} IDs: {built} are built in, {refused} known and refused", ids.len());
    assert!(unknown.is_empty(), "{} are not known:\n{}", unknown.len(), unknown.join("\n"));
}

#[test]
fn ids_of_the_registry_have_ops() {
    for id in ids().iter().filter(|id| named(id).is_some()) {
        assert!(transform(id, false).is_ok(), "{id}");
    }
}

#[test]
fn ids_are_taken_in_any_case() {
    for id in ids().iter().filter(|id| named(id).is_some()) {
        let name = named(id).map(|row| row.name);
        assert_eq!(named(&id.to_uppercase()).map(|row| row.name), name, "{id}");
        assert_eq!(named(&id.to_lowercase()).map(|row| row.name), name, "{id}");
    }
}
