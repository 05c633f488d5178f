//! TwiML answers to message webhooks.

/// The content type Twilio wants them under.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// "Thank you, no reply." Safer than an empty body, which Twilio accepts but does not document.
pub fn empty() -> &'static str {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>"
}

/// Replies with `text`. An empty text gives [`empty`]: Twilio refuses a message without content.
pub fn message(text: &str) -> String {
    let escaped = escape(text);
    if escaped.is_empty() {
        return empty().to_owned();
    }
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Message>{escaped}</Message></Response>")
}

/// `text` as XML character data: markup escaped, characters that XML 1.0 cannot hold left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars().filter(|c| is_xml(*c)) {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // A bare carriage return would be read back as a line feed (XML 1.0 §2.11).
            '\r' => escaped.push_str("&#13;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// XML 1.0 §2.2, production `Char`.
const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let answer = message("</Message><Redirect>http://evil.example</Redirect>&amp; \"'\u{0}\u{b}\u{ffff}");
        assert_eq!(
            answer,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Message>&lt;/Message&gt;&lt;Redirect&gt;\
             http://evil.example&lt;/Redirect&gt;&amp;amp; &quot;&apos;</Message></Response>"
        );
    }

    #[test]
    fn nothing_to_say_is_the_empty_response() {
        assert_eq!(message(""), empty());
        assert_eq!(message("\u{0}"), empty());
    }

    proptest! {
        #[test]
        fn no_text_adds_markup_or_illegal_characters(text in any::<String>()) {
            let answer = message(&text);
            let markup = if answer == empty() { 3 } else { 5 };
            prop_assert_eq!(answer.matches('<').count(), markup);
            prop_assert!(answer.chars().all(is_xml));
        }
    }
}
