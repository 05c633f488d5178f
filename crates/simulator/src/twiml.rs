//! Reading the answer to an inbound text (Twilio, TwiML for Programmable Messaging).

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};

use crate::webhook::Answer;

/// What the answer tells the carrier to do, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Send a text.
    Message(Reply),
    /// Ask another URL what to do.
    Redirect(String),
}

/// A text to send as an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    /// Nothing: to whoever wrote.
    pub(crate) to: Option<String>,
    /// Nothing: from the number that was written to.
    pub(crate) from: Option<String>,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
    pub(crate) status_callback: Option<String>,
}

/// Why an answer cannot be used. The numbers are Twilio's debugger codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// The HTTP status says that something went wrong.
    Status = 11200,
    /// Not well-formed XML.
    Xml = 12100,
    /// The document's root is not `<Response>`.
    Root = 12102,
    /// A content type that carries no TwiML, or none at all.
    ContentType = 12300,
}

/// Reads `answer`. An empty body means that nothing is to be done.
pub(crate) fn read(answer: &Answer) -> Result<Vec<Verb>, Unusable> {
    if answer.status >= 400 {
        return Err(Unusable::Status);
    }
    if answer.body.is_empty() {
        return Ok(Vec::new());
    }
    let text = std::str::from_utf8(&answer.body).map_err(|_| Unusable::Xml)?;
    match media_type(answer).as_str() {
        "text/xml" | "application/xml" | "text/html" => parse(text),
        // Plain text is sent to the phone as it is (Twilio, TwiML MIME types).
        "text/plain" => Ok(vec![Verb::Message(Reply { body: text.to_owned(), ..Reply::default() })]),
        _ => Err(Unusable::ContentType),
    }
}

fn media_type(answer: &Answer) -> String {
    let content_type = answer.content_type.as_deref().unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads a TwiML document. Verbs that mean nothing to messaging are passed over.
pub(crate) fn parse(text: &str) -> Result<Vec<Verb>, Unusable> {
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    loop {
        match reader.read_event().map_err(|_| Unusable::Xml)? {
            Event::Start(tag) => document.open(&tag)?,
            Event::Empty(tag) => {
                document.open(&tag)?;
                document.close();
            }
            Event::End(_) => document.close(),
            Event::Text(text) => document.text(&text.xml_content(XmlVersion::Implicit1_0))?,
            Event::CData(data) => document.text(&data)?,
            Event::GeneralRef(reference) => document.text(&character(&reference)?)?,
            Event::Eof => return document.finish(),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The character behind `&amp;`, `&#39;` and their like.
fn character(reference: &BytesRef<'_>) -> Result<String, Unusable> {
    match reference.resolve_char_ref().map_err(|_| Unusable::Xml)? {
        Some(character) => Ok(character.to_string()),
        None => escape::resolve_predefined_entity(reference).map(str::to_owned).ok_or(Unusable::Xml),
    }
}

/// The document as far as it has been read.
#[derive(Default)]
struct Document {
    /// Names of the open elements, outermost first.
    open: Vec<String>,
    has_root: bool,
    verbs: Vec<Verb>,
    reply: Reply,
    /// Text of the element being read.
    text: String,
}

impl Document {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Unusable> {
        let name = tag.name().as_ref().to_owned();
        if self.open.is_empty() {
            if self.has_root || name != "Response" {
                return Err(Unusable::Root);
            }
            self.has_root = true;
        }
        if self.open.len() == 1 {
            self.reply = reply_of(tag)?;
        }
        // Text before `<Body>` or `<Media>` is layout.
        self.text.clear();
        self.open.push(name);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Unusable> {
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err(Unusable::Xml);
        }
        self.text.push_str(text);
        Ok(())
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let path: Vec<&str> = self.open.iter().map(String::as_str).collect();
        match path.as_slice() {
            [_, "Message" | "Sms", "Body"] => self.reply.body.push_str(text.trim()),
            [_, "Message" | "Sms", "Media"] => self.reply.media.push(text.trim().to_owned()),
            [_, "Message" | "Sms"] => {
                self.reply.body.push_str(text.trim());
                self.verbs.push(Verb::Message(std::mem::take(&mut self.reply)));
            }
            [_, "Redirect"] => self.verbs.push(Verb::Redirect(text.trim().to_owned())),
            _ => {}
        }
        self.open.pop();
    }

    fn finish(self) -> Result<Vec<Verb>, Unusable> {
        match (self.open.is_empty(), self.has_root) {
            (true, true) => Ok(self.verbs),
            (true, false) => Err(Unusable::Root),
            (false, _) => Err(Unusable::Xml),
        }
    }
}

fn reply_of(tag: &BytesStart<'_>) -> Result<Reply, Unusable> {
    let mut reply = Reply::default();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| Unusable::Xml)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Unusable::Xml)?;
        let value = Some(value.into_owned());
        match attribute.key.as_ref() {
            "to" => reply.to = value,
            "from" => reply.from = value,
            "statusCallback" if reply.status_callback.is_none() => reply.status_callback = value,
            "action" => reply.status_callback = value,
            _ => {}
        }
    }
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content_type: Option<&str>, body: &str) -> Answer {
        Answer {
            status: 200,
            content_type: content_type.map(str::to_owned),
            body: body.to_owned().into(),
            url: "http://h/".into(),
        }
    }

    fn message(body: &str) -> Verb {
        Verb::Message(Reply { body: body.to_owned(), ..Reply::default() })
    }

    #[test]
    fn an_empty_response_asks_for_nothing() {
        for text in ["<Response/>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response></Response>\n"] {
            assert_eq!(parse(text), Ok(vec![]));
        }
        assert_eq!(read(&answer(None, "")), Ok(vec![]));
    }

    #[test]
    fn a_message_carries_text_references_and_cdata() {
        let text = "<Response><Message>Fish &amp; chips &#128031; <![CDATA[<now>]]></Message></Response>";
        assert_eq!(parse(text), Ok(vec![message("Fish & chips 🐟 <now>")]));
    }

    #[test]
    fn nested_body_media_and_attributes_are_read() {
        let text = r#"<Response>
            <Message to="+14155550117" action="/sent?a=1&amp;b=2">
                <Body>Look</Body>
                <Media>https://example.com/a.png</Media><Media>https://example.com/b.png</Media>
            </Message>
            <Redirect method="POST">/next</Redirect>
        </Response>"#;
        let reply = Reply {
            to: Some("+14155550117".into()),
            body: "Look".into(),
            media: vec!["https://example.com/a.png".into(), "https://example.com/b.png".into()],
            status_callback: Some("/sent?a=1&b=2".into()),
            ..Reply::default()
        };
        assert_eq!(parse(text), Ok(vec![Verb::Message(reply), Verb::Redirect("/next".into())]));
    }

    #[test]
    fn a_verb_of_another_product_is_passed_over() {
        assert_eq!(
            parse("<Response><Say>Hi</Say><Message>Yes</Message></Response>"),
            Ok(vec![message("Yes")])
        );
    }

    #[test]
    fn broken_documents_are_told_apart() {
        for (text, problem) in [
            ("<Response><Message>Hi</Response>", Unusable::Xml),
            ("<Response><Message>Hi</Message>", Unusable::Xml),
            ("<Response>&nbsp;</Response>", Unusable::Xml),
            ("ok", Unusable::Xml),
            ("<response/>", Unusable::Root),
            ("<Response/><Response/>", Unusable::Root),
        ] {
            assert_eq!(parse(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn the_content_type_decides_how_an_answer_is_read() {
        let xml = "<Response><Message>Hi</Message></Response>";
        assert_eq!(read(&answer(Some("Text/XML; charset=utf-8"), xml)), Ok(vec![message("Hi")]));
        assert_eq!(read(&answer(Some("text/plain"), "ok")), Ok(vec![message("ok")]));
        assert_eq!(read(&answer(Some("application/json"), "{}")), Err(Unusable::ContentType));
        assert_eq!(read(&answer(None, xml)), Err(Unusable::ContentType));
    }

    #[test]
    fn an_error_status_is_not_read() {
        let failed = Answer { status: 503, ..answer(Some("text/xml"), "<Response/>") };
        assert_eq!(read(&failed), Err(Unusable::Status));
    }
}
