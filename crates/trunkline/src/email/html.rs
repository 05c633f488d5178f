//! A stranger's HTML, fit to be shown.
//!
//! What is shown is a document of its own in a frame without rights: no script runs there and nothing is fetched. This
//! cleaning comes before that, so that neither wall stands alone.

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};

/// Whether images that lie elsewhere may be fetched. Fetching one tells its owner who looked, when and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Images {
    Blocked,
    Shown,
}

/// A document to be shown, and whether it has images that were left out.
pub(crate) struct Shown {
    pub(crate) document: String,
    pub(crate) has_remote_images: bool,
}

/// Bytes of a mark-up that are cleaned; beyond is no mail that people write.
const MAX: usize = 2 * 1024 * 1024;

/// Cleans HTML and makes a document of it.
pub(crate) fn shown(html: &str, images: Images) -> Shown {
    let html = &html[..html.floor_char_boundary(MAX)];
    let clean = cleaner(Images::Shown).clean(html).to_string();
    let has_remote_images = ["src=\"http:", "src=\"https:"].iter().any(|start| clean.contains(start));
    let body = if images == Images::Shown { clean } else { cleaner(Images::Blocked).clean(html).to_string() };
    Shown { document: document(&body), has_remote_images }
}

fn cleaner(images: Images) -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .add_generic_attributes(["align", "bgcolor", "dir", "lang", "title"])
        .add_tags(["font", "center"])
        .add_tag_attributes("font", ["color", "face", "size"])
        .add_tag_attributes("table", ["border", "cellpadding", "cellspacing", "width"])
        .add_tag_attributes("td", ["width", "valign"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    if images == Images::Blocked {
        builder.rm_tags(["img"]);
    }
    builder
}

/// The page in which the clean mark-up is shown.
fn document(body: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <style>body{{margin:0;padding:12px;font:15px/1.5 system-ui,sans-serif;color:#1c1917;background:#fff;\
         overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}table{{max-width:100%}}</style></head><body>{body}</body></html>"
    )
}

/// What a browser may do with the document: show it.
pub(crate) fn policy(images: Images) -> &'static str {
    match images {
        Images::Blocked => {
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; \
             sandbox allow-popups allow-popups-to-escape-sandbox"
        }
        Images::Shown => {
            "default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; frame-ancestors 'self'; base-uri 'none'; \
             form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_hostile_is_left() {
        let cases = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\"data:text/html,<script>\">x</a>",
            "<iframe src=\"https://evil.example\"></iframe>",
            "<form action=\"https://evil.example\"><input name=password></form>",
            "<svg><script>alert(1)</script></svg>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<style>@import url(https://evil.example)</style>",
            "<link rel=stylesheet href=https://evil.example>",
            "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
            "<base href=https://evil.example><a href=x>x</a>",
            "<p style=\"background:url(https://evil.example)\">x</p>",
            "<table background=https://evil.example><tr><td>x</table>",
            "<body onload=alert(1)>",
            "<object data=https://evil.example></object><embed src=https://evil.example>",
        ];
        for html in cases {
            let body = shown(html, Images::Shown).document;
            let body = body.split_once("<body>").unwrap().1.to_lowercase();
            for word in [
                "script",
                "onerror",
                "onload",
                "javascript",
                "data:",
                "iframe",
                "form ",
                "input",
                "evil.example",
                "style",
                "meta",
                "base",
            ] {
                assert!(!body.contains(word), "{html} left {word}: {body}");
            }
        }
    }

    #[test]
    fn images_that_lie_elsewhere_are_left_out_until_asked_for() {
        let html = "<p>Hi <b>you</b></p><img src=\"https://track.example/1.gif\" alt=\"logo\"><img src=\"cid:logo\">";
        let blocked = shown(html, Images::Blocked);
        assert!(blocked.has_remote_images && !blocked.document.contains("track.example"));
        let open = shown(html, Images::Shown);
        assert!(
            open.document.contains("https://track.example/1.gif") && open.document.contains("<b>you</b>")
        );
        assert!(!shown("<p>x</p>", Images::Blocked).has_remote_images);
        assert!(
            policy(Images::Blocked).starts_with("default-src 'none'")
                && !policy(Images::Blocked).contains("img-src")
        );
    }

    #[test]
    fn links_tell_nobody_where_they_were_followed() {
        let body = shown("<a href=\"https://example.com\">x</a>", Images::Blocked).document;
        assert!(
            body.contains("rel=\"noopener noreferrer nofollow\"") && body.contains("target=\"_blank\""),
            "{body}"
        );
    }

    proptest! {
        #[test]
        fn any_mark_up_is_cleaned_without_panic(html in "(<(b|img|svg|style|a|script|!--|p)[ a-z=\"':/]{0,20}>|.{0,9}|</[a-z]{1,5}>){0,20}") {
            let body = shown(&html, Images::Blocked).document;
            let body = body.split_once("<body>").unwrap().1;
            prop_assert!(!body.contains("<script") && !body.contains("<img") && !body.contains("<style"));
        }
    }
}
