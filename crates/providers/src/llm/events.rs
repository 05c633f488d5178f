//! Server-sent events (WHATWG HTML, "Server-sent events", "Interpreting an event stream"), as they come.

/// Bytes of one event. A model's pieces are small; a whole answer that comes as one event fits as well.
const EVENT_MAX: usize = 1024 * 1024;

/// Takes a stream apart, however its bytes are cut into chunks.
#[derive(Debug, Default)]
pub struct Events {
    /// The line that is not over yet.
    line: Vec<u8>,
    /// The data of the event that is not over yet.
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a carriage return, so a line feed now belongs to it.
    after_return: bool,
}

impl Events {
    /// Takes the next bytes and gives the data of the events that they end. Comments, which some send to keep the
    /// connection alive (OpenRouter, "Streaming", "Comments"), and other fields are passed over.
    ///
    /// # Errors
    /// When one event is too long.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, String> {
        let mut ended = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => ended.extend(self.end_line()),
                byte => self.line.push(*byte),
            }
            self.after_return = *byte == b'\r';
            if self.line.len() + self.data.len() > EVENT_MAX {
                return Err(format!("one event is longer than {EVENT_MAX} bytes"));
            }
        }
        Ok(ended)
    }

    /// The stream has ended: gives what was not followed by an empty line. The standard drops it; some servers
    /// leave that line out after their last event.
    pub fn finish(mut self) -> Option<String> {
        let ended = self.end_line();
        ended.or_else(|| self.end_event())
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.end_event();
        }
        let value = line.strip_prefix(b"data:").or_else(|| (line == b"data").then_some(&[][..]))?;
        if self.has_data {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        self.has_data = true;
        None
    }

    fn end_event(&mut self) -> Option<String> {
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then(|| String::from_utf8_lossy(&data).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(chunks: &[&[u8]]) -> Vec<String> {
        let mut events = Events::default();
        let mut all: Vec<String> = chunks.iter().flat_map(|chunk| events.push(chunk).unwrap()).collect();
        all.extend(events.finish());
        all
    }

    #[test]
    fn events_are_taken_apart() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("data: a\n\n", &["a"]),
            ("data:a\r\n\r\ndata: b\r\rdata: c\n\n", &["a", "b", "c"]),
            (": OPENROUTER PROCESSING\n\ndata: a\n\n: again\n\n", &["a"]),
            ("event: ping\nid: 3\nretry: 5\ndata: a\n\n", &["a"]),
            ("data: one\ndata: two\n\n", &["one\ntwo"]),
            ("data\n\n", &[""]),
            ("data:  two spaces\n\n", &[" two spaces"]),
            ("data: no empty line after it", &["no empty line after it"]),
            ("data: one end\n", &["one end"]),
            ("datax: a\n\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(&[text.as_bytes()]), *expected, "{text:?}");
        }
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut events = Events::default();
        assert!(events.push(&vec![b'a'; EVENT_MAX + 1]).is_err());
    }

    proptest! {
        #[test]
        fn it_makes_no_difference_where_the_bytes_are_cut(
            text in "(data: [a-zé👋]{0,5}(\n|\r|\r\n)|: [a-z]{0,3}\n|\n|\r\n|event: x\n){0,12}",
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..6),
        ) {
            let bytes = text.as_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            let chunks: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(read(&chunks), read(&[bytes]));
        }

        #[test]
        fn whatever_comes_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read(&[&bytes]);
        }
    }
}
