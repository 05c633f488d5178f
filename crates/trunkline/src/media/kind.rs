//! What kind of file it is: found from its bytes, never believed from what its sender said.

/// What is known of nothing.
const BYTES: &str = "application/octet-stream";

/// Types that browsers show or play by themselves and that can hold no program. All others are only downloaded.
const INLINE: [&str; 18] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/ogg",
    "audio/amr",
    "audio/x-wav",
    "audio/webm",
    "audio/3gpp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/3gpp",
];

/// Texts that look like any other, so that what their sender calls them is all there is to know.
const TEXTS: [&str; 4] = ["text/csv", "text/vcard", "text/calendar", "application/json"];

/// The type of a file that begins with `head`. What it was declared as only decides between types that the bytes
/// allow alike, such as sound and film in the same container.
pub(super) fn found(head: &[u8], declared: Option<&str>) -> String {
    let declared = declared.map(essence).unwrap_or_default();
    let is_sound = declared.starts_with("audio/");
    // It begins like a shell script.
    if head.starts_with(b"#!AMR") {
        return "audio/amr".to_owned();
    }
    let found = infer::get(head).map(|kind| kind.mime_type());
    match found {
        Some("audio/m4a") => "audio/mp4",
        Some("audio/opus") => "audio/ogg",
        Some("video/mp4" | "video/x-m4v") if is_sound => "audio/mp4",
        Some("video/x-m4v") => "video/mp4",
        Some("video/webm") if is_sound => "audio/webm",
        Some(found) => found,
        None => without_magic(head, &declared),
    }
    .to_owned()
}

fn without_magic(head: &[u8], declared: &str) -> &'static str {
    if head.get(4..10).is_some_and(|brand| brand.starts_with(b"ftyp3g")) {
        return if declared.starts_with("audio/") { "audio/3gpp" } else { "video/3gpp" };
    }
    if !is_text(head) {
        return BYTES;
    }
    let start = head.trim_ascii_start();
    if start.starts_with(b"BEGIN:VCARD") {
        return "text/vcard";
    }
    if start.starts_with(b"BEGIN:VCALENDAR") {
        return "text/calendar";
    }
    TEXTS.into_iter().find(|text| *text == declared).unwrap_or("text/plain")
}

/// Whether it begins like UTF-8 text; the last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Why a file is not kept, if it is not: a program, or a page where a picture was promised.
pub(super) fn refused(found: &str, declared: Option<&str>) -> Option<String> {
    let programs = [
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-mach-binary",
        "application/java",
        "application/vnd.android.dex",
        "application/wasm",
        "text/x-shellscript",
    ];
    if programs.contains(&found) {
        return Some(format!("It is a program ({found}), and programs are not kept."));
    }
    let declared = declared.map(essence).unwrap_or_default();
    let promised = ["image/", "audio/", "video/"].iter().any(|start| declared.starts_with(start));
    let is_page = matches!(found, "text/html" | "text/xml") && declared != "image/svg+xml";
    (promised && is_page).then(|| format!("It was said to be {declared}, but it is {found}."))
}

/// Whether a browser may show it in place.
pub(super) fn is_inline(content_type: &str) -> bool {
    INLINE.contains(&content_type)
}

/// Whether it is a picture that can be made small here.
pub(super) fn is_picture(content_type: &str) -> bool {
    matches!(content_type, "image/jpeg" | "image/png" | "image/gif" | "image/webp")
}

/// `Text/VCard; charset=utf-8` is `text/vcard`.
pub(super) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_decide_and_not_the_sender() {
        let cases: [(&[u8], &str, &str); 14] = [
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "text/html", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/jpeg", "image/png"),
            (b"GIF89a\x01\0\x01\0", "", "image/gif"),
            (b"<!DOCTYPE html><html>", "image/png", "text/html"),
            (b"%PDF-1.7\n", "image/png", "application/pdf"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4", "video/mp4"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "audio/mp4", "audio/mp4"),
            (b"\0\0\0\x18ftyp3gp4\0\0\0\x003gp4", "audio/3gpp", "audio/3gpp"),
            (b"#!AMR\n\x3c", "audio/amr", "audio/amr"),
            (b"BEGIN:VCARD\r\nVERSION:3.0", "text/x-vcard", "text/vcard"),
            (b"a,b\n1,2\n", "text/csv; charset=utf-8", "text/csv"),
            (b"just words", "image/jpeg", "text/plain"),
            (b"\x00\x01\x02\x03", "image/jpeg", BYTES),
            (b"", "image/jpeg", BYTES),
        ];
        for (head, declared, expected) in cases {
            assert_eq!(found(head, Some(declared)), expected, "{head:?} {declared}");
        }
    }

    #[test]
    fn a_program_and_a_page_in_place_of_a_picture_are_refused() {
        let program = found(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", None);
        assert!(refused(&program, None).unwrap().contains("program"), "{program}");
        assert!(refused("text/html", Some("image/jpeg")).is_some());
        assert_eq!(refused("text/html", Some("text/html")), None);
        assert_eq!(refused("image/png", Some("image/jpeg")), None);
    }

    #[test]
    fn what_may_hold_a_script_is_never_shown_in_place() {
        for kind in ["text/html", "image/svg+xml", "text/xml", "application/pdf", "text/plain", BYTES] {
            assert!(!is_inline(kind), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_type(head: Vec<u8>, declared in ".{0,20}") {
            prop_assert!(found(&head, Some(&declared)).contains('/'));
        }
    }
}
