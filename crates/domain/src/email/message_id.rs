//! Message-IDs and the thread they make (RFC 5322, 3.6.4).

/// References that a reply carries: the first, which began the thread, and the latest.
pub const REFERENCES_MAX: usize = 20;

/// Bytes of one id; longer ones are nobody's.
const ID_MAX: usize = 250;

/// Ids without their angle brackets, the oldest first.
pub type MessageIds = Vec<String>;

/// The ids in a header such as `References: <a@x> <b@y>`. What is no id is left out, so that a broken header costs
/// only itself.
pub fn message_ids(header: &str) -> MessageIds {
    let ids = header.split('<').skip(1).filter_map(|part| part.split_once('>').map(|(id, _)| id.trim()));
    let mut ids: MessageIds = ids.filter(|id| is_id(id)).take(200).map(str::to_owned).collect();
    let bare = header.trim();
    if ids.is_empty() && is_id(bare) && bare.contains('@') {
        ids.push(bare.to_owned());
    }
    ids
}

fn is_id(id: &str) -> bool {
    (1..=ID_MAX).contains(&id.len())
        && id.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>'))
}

/// The References of a reply: the parent's, and the parent itself. In the middle some are left out when there are too
/// many.
pub fn references_of_reply(parents: &[String], parent: &str) -> MessageIds {
    let mut all: MessageIds = parents.iter().filter(|id| is_id(id) && *id != parent).cloned().collect();
    all.push(parent.to_owned());
    if all.len() > REFERENCES_MAX {
        all.drain(1..=all.len() - REFERENCES_MAX);
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_found_in_what_programs_write() {
        let cases = [
            ("<a@x> <b@y>", vec!["a@x", "b@y"]),
            ("<a@x>\r\n\t<b@y>,", vec!["a@x", "b@y"]),
            ("a@x", vec!["a@x"]),
            ("", vec![]),
            ("Your message of Monday", vec![]),
            ("<a b> <> <c@z", vec![]),
        ];
        for (header, expected) in cases {
            assert_eq!(message_ids(header), expected, "{header}");
        }
        assert!(message_ids(&format!("<{}@x>", "a".repeat(300))).is_empty());
        assert_eq!(message_ids(&"<a@x>".repeat(5_000)).len(), 200);
    }

    #[test]
    fn a_long_thread_keeps_its_beginning_and_its_end() {
        let parents: Vec<String> = (0..50).map(|n| format!("{n}@x")).collect();
        let references = references_of_reply(&parents, "parent@x");
        assert_eq!(references.len(), REFERENCES_MAX);
        assert_eq!((references[0].as_str(), references[19].as_str()), ("0@x", "parent@x"));
        assert_eq!(references[18], "49@x");
        assert_eq!(references_of_reply(&["p@x".into()], "p@x"), ["p@x"]);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(header in ".{0,200}|[<>@a ,]{0,60}") {
            for id in message_ids(&header) {
                prop_assert_eq!(message_ids(&format!("<{id}>")), [id.clone()]);
            }
        }
    }
}
