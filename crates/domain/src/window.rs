//! WhatsApp's customer service window: for 24 hours after somebody's last message they may be written to freely,
//! outside of it only with words that WhatsApp approved before (Twilio, WhatsApp, "customer service window";
//! error 63016).

use std::time::Duration;

use crate::time::Timestamp;

/// How long a message of theirs keeps the window open.
pub const WINDOW: Duration = Duration::from_secs(24 * 3_600);

/// The window between a sender of ours and one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// They never wrote to this sender, or it is not known any more.
    NeverOpened,
    /// It closed at this time.
    ClosedAt(Timestamp),
    /// It is open until this time, and no longer at it.
    OpenUntil(Timestamp),
}

impl Window {
    /// The window as it is at `at`, when their last message to this sender came at `last_inbound`. What a clock
    /// ahead of ours has dated after `at` was written by then.
    pub fn at(at: Timestamp, last_inbound: Option<Timestamp>) -> Window {
        let Some(last) = last_inbound else { return Window::NeverOpened };
        let closes = last.plus(WINDOW);
        if at < closes { Window::OpenUntil(closes) } else { Window::ClosedAt(closes) }
    }

    /// Whether they may be written to freely.
    pub const fn is_open(self) -> bool {
        matches!(self, Window::OpenUntil(_))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LAST: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn it_is_open_until_the_last_microsecond_of_a_day_and_closed_from_then_on() {
        let closes = LAST.plus(WINDOW);
        assert_eq!(Window::at(LAST, Some(LAST)), Window::OpenUntil(closes));
        assert_eq!(Window::at(closes.minus(Duration::from_micros(1)), Some(LAST)), Window::OpenUntil(closes));
        assert_eq!(Window::at(closes, Some(LAST)), Window::ClosedAt(closes));
        assert_eq!(Window::at(closes.plus(WINDOW), Some(LAST)), Window::ClosedAt(closes));
        assert_eq!(Window::at(LAST, None), Window::NeverOpened);
    }

    proptest! {
        #[test]
        fn it_is_open_exactly_for_a_day_after_their_last_message(offset in -200_000_000_000_i64..200_000_000_000) {
            let at = match u64::try_from(offset) {
                Ok(after) => LAST.plus(Duration::from_micros(after)),
                Err(_) => LAST.minus(Duration::from_micros(offset.unsigned_abs())),
            };
            prop_assert_eq!(Window::at(at, Some(LAST)).is_open(), offset < 86_400_000_000);
        }

        #[test]
        fn a_later_message_of_theirs_never_closes_it(at in 0_u64..400_000, earlier in 0_u64..200_000, by in 0_u64..200_000) {
            let time = |seconds: u64| LAST.plus(Duration::from_secs(seconds));
            let (before, after) = (Window::at(time(at), Some(time(earlier))), Window::at(time(at), Some(time(earlier + by))));
            prop_assert!(!before.is_open() || after.is_open());
        }
    }
}
