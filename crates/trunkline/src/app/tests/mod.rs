//! What holds for the whole surface, generated from its description so that no route can be forgotten.

mod access;
mod bad_input;
mod description;
mod surface;

use axum::http::Method;
use serde_json::Value;

/// One operation of the API.
#[derive(Clone, Debug)]
struct Operation {
    method: Method,
    /// With parameters in braces.
    path: String,
    described: Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with `value` for each parameter.
    fn with(&self, value: &str) -> String {
        let mut parts = self.path.split('/').map(|part| if part.starts_with('{') { value } else { part });
        parts
            .next()
            .map(str::to_owned)
            .into_iter()
            .chain(parts.map(str::to_owned))
            .collect::<Vec<_>>()
            .join("/")
    }

    fn has_parameter(&self, name: &str) -> bool {
        let parameters = self.described["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|parameter| parameter["name"] == name))
    }
}

fn description() -> Value {
    serde_json::to_value(super::describe()).unwrap()
}

/// Every operation of the description, those that end the session last.
fn operations() -> Vec<Operation> {
    let description = description();
    let paths = description["paths"].as_object().unwrap().clone();
    let mut operations: Vec<Operation> = paths
        .into_iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().clone();
            methods.into_iter().filter_map(move |(method, described)| {
                let method: Method = method.to_uppercase().parse().ok()?;
                let path = path.clone();
                described.get("responses")?;
                Some(Operation { method, path, described })
            })
        })
        .collect();
    operations.sort_by_key(|operation| operation.path.ends_with("sign-out"));
    operations
}

/// An id of nothing.
const NOTHING: &str = "00000000-0000-7000-8000-000000000000";
