//! The forms of an address that Twilio may have signed.
//!
//! All of it works on the text: a URL parser would re-encode what Twilio signed as it was configured.

/// `url` as it is, without its port, and with its scheme's default port. Fragment (Twilio's connection
/// overrides) and credentials are never signed. Text that is no web address gives nothing.
pub(super) fn variants(url: &str) -> Vec<String> {
    let url = url.split('#').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return Vec::new() };
    let default_port = match scheme.to_ascii_lowercase().as_str() {
        "https" | "wss" => 443,
        "http" | "ws" => 80,
        _ => return Vec::new(),
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let host = without_port(authority);
    let mut found = vec![format!("{scheme}://{authority}{path}")];
    for other in [format!("{scheme}://{host}{path}"), format!("{scheme}://{host}:{default_port}{path}")] {
        if !found.contains(&other) {
            found.push(other);
        }
    }
    found
}

/// The colons of an IPv6 address stand in brackets and are no port.
fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ports_come_and_go_and_nothing_else_changes() {
        assert_eq!(
            variants("https://u:p@h.example:8443/a%2Bb?x='1'#rc=2"),
            [
                "https://h.example:8443/a%2Bb?x='1'",
                "https://h.example/a%2Bb?x='1'",
                "https://h.example:443/a%2Bb?x='1'"
            ]
        );
        assert_eq!(variants("http://h.example"), ["http://h.example", "http://h.example:80"]);
        assert_eq!(variants("https://[::1]:5000/x")[1..], ["https://[::1]/x", "https://[::1]:443/x"]);
        assert_eq!(variants("https://[::1]/x")[1..], ["https://[::1]:443/x"]);
        assert_eq!(variants("https://h.example?a=b@c:1")[0], "https://h.example?a=b@c:1");
        assert!(variants("h.example/a").is_empty() && variants("ftp://h.example/").is_empty());
    }

    proptest! {
        #[test]
        fn never_panics(url in ".{0,80}", rest in ".{0,80}") {
            let _ = (variants(&url), variants(&format!("https://{rest}")));
        }
    }
}
