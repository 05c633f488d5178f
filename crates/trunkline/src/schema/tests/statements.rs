//! Finds every `sql!` in the source, so that no statement has to be listed and none can be forgotten.

use std::fmt;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

/// A statement, and the file it stands in.
pub(super) struct Statement {
    file: PathBuf,
    pub(super) sqlite: String,
    pub(super) postgres: String,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.sqlite.chars().take(100).collect();
        write!(f, "{}: {start}…", self.file.display())
    }
}

/// Every statement of the product and of the store.
pub(super) fn all() -> Vec<Statement> {
    let product = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [product.join("src"), product.join("../store/src")] {
        visit(&folder, &mut found);
    }
    found
}

fn visit(folder: &Path, found: &mut Vec<Statement>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let tokens = source.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            collect(tokens, &path, found);
        }
    }
}

/// Goes through the tokens rather than the syntax: a statement may stand inside another macro, whose insides
/// have no syntax.
fn collect(tokens: TokenStream, file: &Path, found: &mut Vec<Statement>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            // Its definition, which names no statement.
            (TokenTree::Ident(word), [bang, name, _, after @ ..])
                if word == "macro_rules" && is_bang(bang) && name.to_string() == "sql" =>
            {
                rest = after;
            }
            (TokenTree::Ident(word), [bang, TokenTree::Group(texts), after @ ..])
                if word == "sql" && is_bang(bang) =>
            {
                found.push(statement(texts.stream(), file));
                rest = after;
            }
            (TokenTree::Group(group), _) => collect(group.stream(), file, found),
            _ => {}
        }
    }
}

fn is_bang(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '!')
}

fn statement(texts: TokenStream, file: &Path) -> Statement {
    let shown = texts.to_string();
    let Texts { sqlite, postgres } = syn::parse2(texts)
        .unwrap_or_else(|error| panic!("{}: sql!({shown}) cannot be read: {error}", file.display()));
    Statement { file: file.to_owned(), sqlite, postgres }
}

/// What stands between the brackets of `sql!`.
struct Texts {
    sqlite: String,
    postgres: String,
}

impl Parse for Texts {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let texts = if input.peek(LitStr) {
            let text = input.parse::<LitStr>()?.value();
            Texts { sqlite: text.clone(), postgres: text }
        } else {
            let sqlite = labelled(input, "sqlite")?;
            input.parse::<Token![,]>()?;
            Texts { sqlite, postgres: labelled(input, "postgres")? }
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(texts)
    }
}

fn labelled(input: ParseStream<'_>, expected: &str) -> syn::Result<String> {
    let label: Ident = input.parse()?;
    if label != expected {
        return Err(syn::Error::new(label.span(), format!("expected `{expected}:`")));
    }
    input.parse::<Token![:]>()?;
    Ok(input.parse::<LitStr>()?.value())
}

#[test]
fn statements_are_found_in_both_forms_and_inside_other_macros() {
    let source = r#"
        macro_rules! sql { ($text:literal) => { $crate::sql!(sqlite: $text, postgres: $text) }; }
        fn f() { tx.query(sql!("one"), &[]); select! { _ = g(trunkline_store::sql!(sqlite: "two", postgres: "zwei",)) => {} } }
        /// sql!("not this one")
        fn h() { sql("nor this") }
    "#;
    let mut found = Vec::new();
    collect(source.parse().unwrap(), Path::new("example.rs"), &mut found);
    let texts: Vec<_> = found.iter().map(|found| (found.sqlite.as_str(), found.postgres.as_str())).collect();
    assert_eq!(texts, [("one", "one"), ("two", "zwei")]);
}
