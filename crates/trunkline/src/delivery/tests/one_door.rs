//! Only `delivery/send.rs` and `delivery/hand_over` hand messages to providers, right behind the gate
//! (invariant 7).

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// Something done with a provider's client, and the file it is done in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    file: String,
    method: String,
}

/// Where clients are made and kept; in the room around them `.provider` is also the name of one.
const MAKE_CLIENTS: [&str; 2] = ["lines/connect.rs", "lines/mod.rs"];
const ROOM: &str = "lines/";

#[test]
fn only_the_two_doors_behind_the_gate_hand_messages_to_providers() {
    let uses = uses();
    let with = |method: &str| -> Vec<&str> {
        uses.iter().filter(|found| found.method == method).map(|found| found.file.as_str()).collect()
    };
    assert_eq!(with("send"), ["delivery/hand_over/mod.rs", "delivery/send.rs"]);
    assert_eq!(with("cancel"), ["delivery/hand_over/mod.rs"]);
    // Who only asks may do so from anywhere. A client that is passed on could be called by another name.
    let known = ["send", "cancel", "list", "fetch", "lists_everything", "media_access", "show_typing"];
    let outside = uses.iter().filter(|found| !found.file.starts_with(ROOM));
    let other: Vec<_> = outside.filter(|found| !known.contains(&found.method.as_str())).collect();
    assert!(other.is_empty(), "{other:?}");
    assert!(uses.len() >= 7, "only {uses:?} were found");
}

#[test]
fn no_other_file_names_the_trait_of_clients() {
    let naming: Vec<String> = sources()
        .into_iter()
        .filter(|(_, tokens)| words(tokens.clone()).iter().any(|word| word == "Provider"))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(naming, MAKE_CLIENTS);
}

fn uses() -> Vec<Use> {
    let mut uses = Vec::new();
    for (file, tokens) in sources() {
        collect(tokens, &file, &mut uses);
    }
    uses
}

/// Every file of the product but the tests, with its path from `src`.
fn sources() -> Vec<(String, TokenStream)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    visit(&root, &mut files);
    files.sort();
    let named = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap().parse().unwrap();
    files.iter().map(|path| (named(path), read(path))).collect()
}

fn visit(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test =
            ["tests", "test_support"].iter().any(|name| path.file_stem().is_some_and(|stem| stem == *name));
        match path.extension() {
            _ if is_test => {}
            None => visit(&path, files),
            Some(extension) if extension == "rs" => files.push(path),
            Some(_) => {}
        }
    }
}

/// What follows each `.provider`: `.method(` or anything else, as it stands there.
fn collect(tokens: TokenStream, file: &str, uses: &mut Vec<Use>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            collect(group.stream(), file, uses);
        }
        let is_field = place > 0 && tokens[place - 1].to_string() == "." && token.to_string() == "provider";
        if is_field {
            let after: Vec<String> = tokens[place + 1..].iter().take(2).map(ToString::to_string).collect();
            let method = match after.as_slice() {
                [dot, method] if dot == "." => method.clone(),
                other => other.first().cloned().unwrap_or_default(),
            };
            uses.push(Use { file: file.to_owned(), method });
        }
    }
}

fn words(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => words(group.stream()),
            TokenTree::Ident(word) => vec![word.to_string()],
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn uses_are_found_wherever_they_stand() {
    let source = r#"fn f() { g(async { line . provider . send(&m) }); let p = &line.provider; h("line.provider.x()") }"#;
    let mut found = Vec::new();
    collect(source.parse().unwrap(), "example.rs", &mut found);
    let methods: Vec<_> = found.iter().map(|found| found.method.as_str()).collect();
    assert_eq!(methods, ["send", ";"]);
}
