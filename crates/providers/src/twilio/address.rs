//! Addresses of channels: on WhatsApp a number has `whatsapp:` before it (Twilio, Message resource, `To`).

/// What stands before a WhatsApp number.
const WHATSAPP: &str = "whatsapp:";

/// How the addresses of a line are written at Twilio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addresses {
    /// As they are.
    Plain,
    /// With the channel before them.
    Whatsapp,
}

impl Addresses {
    /// An address as Twilio wants it.
    pub(super) fn outside(self, address: &str) -> String {
        match self {
            Addresses::Plain => address.to_owned(),
            Addresses::Whatsapp => format!("{WHATSAPP}{address}"),
        }
    }
}

/// An address of Twilio's without its channel, and whether that was WhatsApp.
pub(super) fn inside(address: &str) -> (&str, bool) {
    address.strip_prefix(WHATSAPP).map_or((address, false), |number| (number, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_out_with_its_channel_comes_in_without() {
        assert_eq!(Addresses::Whatsapp.outside("+14155550142"), "whatsapp:+14155550142");
        assert_eq!(inside("whatsapp:+14155550142"), ("+14155550142", true));
        assert_eq!(Addresses::Plain.outside("+14155550142"), "+14155550142");
        assert_eq!(inside("+14155550142"), ("+14155550142", false));
    }
}
