//! Mails as their bytes: whatever comes, it is read within bounds, and nothing in it becomes a header or an address that
//! is none.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_domain::email::{EmailAddress, SUBJECT_MAX, fold, read_dsn, reply_subject};
use trunkline_providers::mail::mime::{HTML_MAX, TEXT_MAX, files, parse_anything, text_of_html};

fuzz_target!(|raw: &[u8]| {
    let mail = parse_anything(raw);
    assert!(mail.text.len() <= TEXT_MAX && mail.html.as_ref().is_none_or(|html| html.len() <= HTML_MAX));
    assert!(mail.subject.chars().count() <= SUBJECT_MAX && !mail.subject.contains(['\r', '\n', '\0']));
    assert!(!mail.text.contains('\0'), "PostgreSQL keeps no zeros");
    for address in mail.to.iter().chain(Some(&mail.from).filter(|from| !from.is_empty())) {
        assert!(EmailAddress::parse(address).is_ok(), "{address:?}");
    }
    assert_eq!(mail.attachments.len(), files(raw).len());
    // An answer goes out with these.
    for id in mail.references().iter().chain(&mail.in_reply_to()).chain(&mail.message_id()) {
        assert!(!id.contains(['\r', '\n', '<', '>', ' ']), "{id:?}");
    }
    assert!(!reply_subject(&mail.subject).contains(['\r', '\n']));
    let folded = fold(&mail.text);
    assert!(folded.fresh.len() + folded.quoted.len() <= mail.text.len());
    let _ = (mail.automatic(), mail.report.as_ref().and_then(|(status, _)| read_dsn(status)));
    if let Some(html) = &mail.html {
        let _ = text_of_html(html);
    }
});
