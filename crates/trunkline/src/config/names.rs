//! The names of the providers.

/// The name of Twilio in settings, addresses and the API.
pub(crate) const TWILIO: &str = "twilio";
/// The name of Telnyx.
pub(crate) const TELNYX: &str = "telnyx";
/// The name of Resend.
pub(crate) const RESEND: &str = "resend";
/// The name of any mail server.
pub(crate) const SMTP: &str = "smtp";
