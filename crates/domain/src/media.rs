//! What a channel takes along with a message: how many files, how large, of which types.
//!
//! The numbers are the providers'. What is larger may be taken by them and dropped by a carrier on the way, so it is
//! refused before it is sent, with the way out.

use serde::Serialize;

use crate::channel::Channel;

const KB: u64 = 1024;
const MB: u64 = 1024 * KB;

/// What may be sent along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MediaLimits {
    /// How many files a message may have.
    pub count_max: usize,
    /// How large they may be together, in bytes.
    pub total_max: u64,
    /// Which types, and how large a file of each may be. What no rule names cannot be sent.
    pub rules: &'static [TypeRule],
}

/// A rule for the types that begin so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TypeRule {
    /// A whole type, such as `image/png`, or the beginning of one, such as `audio/`; empty for every type.
    pub starts_with: &'static str,
    /// The largest file of such a type, in bytes.
    pub file_max: u64,
}

const fn rule(starts_with: &'static str, file_max: u64) -> TypeRule {
    TypeRule { starts_with, file_max }
}

/// Pictures up to 5 MB each; other types up to 500 KB; all together 5 MB, ten files (Twilio, "Accepted content types for
/// media" and Message resource, `MediaUrl`). Which other types there are is from that page as remembered, not
/// confirmed.
const TWILIO_MMS: MediaLimits = MediaLimits {
    count_max: 10,
    total_max: 5 * MB,
    rules: &[
        rule("image/jpeg", 5 * MB),
        rule("image/png", 5 * MB),
        rule("image/gif", 5 * MB),
        rule("image/bmp", 500 * KB),
        rule("image/tiff", 500 * KB),
        rule("image/webp", 500 * KB),
        rule("audio/", 500 * KB),
        rule("video/", 500 * KB),
        rule("text/vcard", 500 * KB),
        rule("text/calendar", 500 * KB),
        rule("text/csv", 500 * KB),
        rule("text/plain", 500 * KB),
        rule("application/pdf", 500 * KB),
    ],
};

/// Less than 1 MB together, ten files (Telnyx, Send a message, `media_urls`; error 40317). Which types it takes is not
/// confirmed: those that phones commonly show.
const TELNYX_MMS: MediaLimits = MediaLimits {
    count_max: 10,
    total_max: MB - 1,
    rules: &[
        rule("image/jpeg", MB - 1),
        rule("image/png", MB - 1),
        rule("image/gif", MB - 1),
        rule("image/webp", MB - 1),
        rule("audio/", MB - 1),
        rule("video/", MB - 1),
        rule("text/vcard", MB - 1),
        rule("text/calendar", MB - 1),
        rule("application/pdf", MB - 1),
    ],
};

/// One file for each message, pictures up to 5 MB, all else up to 16 MB (Twilio, "Guidance on WhatsApp Media Messages").
/// That further files are ignored is told by others, not confirmed.
const WHATSAPP: MediaLimits = MediaLimits {
    count_max: 1,
    total_max: 16 * MB,
    rules: &[
        rule("image/jpeg", 5 * MB),
        rule("image/png", 5 * MB),
        rule("image/webp", 5 * MB),
        rule("audio/ogg", 16 * MB),
        rule("audio/amr", 16 * MB),
        rule("audio/3gpp", 16 * MB),
        rule("audio/aac", 16 * MB),
        rule("audio/mpeg", 16 * MB),
        rule("video/mp4", 16 * MB),
        rule("text/vcard", 16 * MB),
        rule("application/pdf", 16 * MB),
        rule("application/msword", 16 * MB),
        rule("application/vnd.openxmlformats-officedocument", 16 * MB),
    ],
};

/// Any type; 40 MB together (Resend, "Send email", attachments). How many files there may be is our own limit.
const RESEND_MAIL: MediaLimits =
    MediaLimits { count_max: 20, total_max: 40 * MB, rules: &[rule("", 40 * MB)] };

/// Any type; what most mail servers let through. One that takes less says so, and then the email is refused.
const SMTP_MAIL: MediaLimits = MediaLimits { count_max: 20, total_max: 25 * MB, rules: &[rule("", 25 * MB)] };

impl MediaLimits {
    /// What a provider takes on a channel; a text with files is an MMS. `None`: no files at all, or none that this
    /// release knows of.
    pub fn of(provider: &str, channel: Channel) -> Option<MediaLimits> {
        match (provider, channel) {
            ("twilio", Channel::Sms | Channel::Mms) => Some(TWILIO_MMS),
            ("telnyx", Channel::Sms | Channel::Mms) => Some(TELNYX_MMS),
            ("twilio", Channel::Whatsapp) => Some(WHATSAPP),
            ("resend", Channel::Email) => Some(RESEND_MAIL),
            ("smtp", Channel::Email) => Some(SMTP_MAIL),
            _ => None,
        }
    }

    /// Whether these files may go along with one message.
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn check(&self, files: &[Attached<'_>]) -> Result<(), MediaRefusal> {
        if files.len() > self.count_max {
            return Err(MediaRefusal::TooMany { count: files.len(), max: self.count_max });
        }
        for file in files {
            let rule = self.rules.iter().find(|rule| file.content_type.starts_with(rule.starts_with));
            let name = file.name.to_owned();
            let Some(rule) = rule else {
                return Err(MediaRefusal::Type { name, content_type: file.content_type.to_owned() });
            };
            if file.bytes > rule.file_max {
                return Err(MediaRefusal::TooLarge { name, bytes: file.bytes, max: rule.file_max });
            }
        }
        let bytes = files.iter().map(|file| file.bytes).fold(0, u64::saturating_add);
        if bytes > self.total_max {
            return Err(MediaRefusal::TooMuch { bytes, max: self.total_max });
        }
        Ok(())
    }
}

/// A file to be sent along.
#[derive(Clone, Copy, Debug)]
pub struct Attached<'a> {
    /// What people call it.
    pub name: &'a str,
    /// As its bytes show.
    pub content_type: &'a str,
    /// Its size.
    pub bytes: u64,
}

/// Why files cannot go along, and the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaRefusal {
    /// More files than one message may have.
    #[error(
        "A message takes at most {max} files along; these are {count}. Send the others with a second one."
    )]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A file of a type that is not taken.
    #[error(
        "\"{name}\" is of a type that this channel does not take ({content_type}). Send a picture or a PDF, or a link to it."
    )]
    Type {
        /// What people call it.
        name: String,
        /// As its bytes show.
        content_type: String,
    },
    /// A file that is too large.
    #[error("\"{name}\" has {}; this channel takes at most {} of its type. Make it smaller, or send a link to it.",
        human(*bytes), human(*max))]
    TooLarge {
        /// What people call it.
        name: String,
        /// Its size.
        bytes: u64,
        /// The largest that is taken.
        max: u64,
    },
    /// Together they are too large.
    #[error("The files have {} together; this channel takes at most {} along with a message. Send some with a second one.",
        human(*bytes), human(*max))]
    TooMuch {
        /// Their size.
        bytes: u64,
        /// The largest that is taken.
        max: u64,
    },
}

/// `25 MB`, in units of 1024, as people who send files count. Rounded up: what is just too large must not look as if
/// it fitted.
pub fn human(bytes: u64) -> String {
    match bytes {
        0..KB => format!("{bytes} bytes"),
        KB..MB => format!("{} KB", bytes.div_ceil(KB)),
        _ => {
            let tenths = bytes.saturating_mul(10).div_ceil(MB);
            if tenths.is_multiple_of(10) {
                format!("{} MB", tenths / 10)
            } else {
                format!("{}.{} MB", tenths / 10, tenths % 10)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(content_type: &'static str, bytes: u64) -> Attached<'static> {
        Attached { name: "x", content_type, bytes }
    }

    /// The providers' own numbers, one below and one above each.
    #[test]
    fn limits_are_the_providers() {
        let cases = [
            ("twilio", Channel::Sms, vec![file("image/jpeg", 5 * MB)], true),
            ("twilio", Channel::Sms, vec![file("image/jpeg", 5 * MB + 1)], false),
            ("twilio", Channel::Sms, vec![file("video/mp4", 500 * KB)], true),
            ("twilio", Channel::Sms, vec![file("video/mp4", 500 * KB + 1)], false),
            ("twilio", Channel::Sms, vec![file("image/png", 3 * MB), file("image/png", 3 * MB)], false),
            ("twilio", Channel::Sms, vec![file("image/png", 1); 10], true),
            ("twilio", Channel::Sms, vec![file("image/png", 1); 11], false),
            ("twilio", Channel::Sms, vec![file("application/zip", 1)], false),
            ("telnyx", Channel::Sms, vec![file("image/png", MB - 1)], true),
            ("telnyx", Channel::Sms, vec![file("image/png", MB)], false),
            ("telnyx", Channel::Sms, vec![file("image/png", MB / 2); 2], false),
            ("twilio", Channel::Whatsapp, vec![file("video/mp4", 16 * MB)], true),
            ("twilio", Channel::Whatsapp, vec![file("image/png", 5 * MB + 1)], false),
            ("twilio", Channel::Whatsapp, vec![file("image/png", 1); 2], false),
        ];
        for (provider, channel, files, fits) in cases {
            let limits = MediaLimits::of(provider, channel).unwrap();
            assert_eq!(limits.check(&files).is_ok(), fits, "{provider} {channel} {files:?}");
        }
        assert_eq!(MediaLimits::of("smtp", Channel::Voice), None);
    }

    #[test]
    fn a_refusal_names_the_file_the_limit_and_the_way_out() {
        let film = Attached { name: "party.mp4", content_type: "video/mp4", bytes: 3 * MB };
        let refusal = TWILIO_MMS.check(&[film]).unwrap_err().to_string();
        for part in ["party.mp4", "3 MB", "500 KB", "link"] {
            assert!(refusal.contains(part), "{refusal}");
        }
    }

    #[test]
    fn sizes_are_written_for_people_and_rounded_up() {
        for (bytes, expected) in [
            (12, "12 bytes"),
            (500 * KB, "500 KB"),
            (500 * KB + 1, "501 KB"),
            (5 * MB, "5 MB"),
            (5 * MB + 1, "5.1 MB"),
            (3_000_000, "2.9 MB"),
        ] {
            assert_eq!(human(bytes), expected);
        }
    }

    proptest! {
        /// Fewer files never stand against what more were let through with.
        #[test]
        fn what_fits_fits_without_one_of_its_files(sizes in prop::collection::vec(0..2 * MB, 1..12)) {
            let files: Vec<Attached<'_>> = sizes.iter().map(|bytes| file("image/png", *bytes)).collect();
            for limits in [TWILIO_MMS, TELNYX_MMS, WHATSAPP] {
                if limits.check(&files).is_ok() {
                    prop_assert!(limits.check(&files[1..]).is_ok());
                }
            }
        }
    }
}
