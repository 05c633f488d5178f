//! TwiML: whatever is said, the answer is one well-formed document that says just that.

#![no_main]

use libfuzzer_sys::fuzz_target;
use quick_xml::Reader;
use quick_xml::events::Event;
use trunkline_providers::twilio::twiml;

fuzz_target!(|text: &str| {
    let answer = twiml::message(text);
    let (mut reader, mut depth, mut names) = (Reader::from_str(&answer), 0_i32, Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => {
                depth += 1;
                names.push(start.name().as_ref().to_owned());
            }
            Event::End(_) => depth -= 1,
            Event::Empty(_) | Event::Comment(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) => {
                panic!("a text became markup: {answer}")
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(names == ["Response"] || names == ["Response", "Message"], "{answer}");
});
