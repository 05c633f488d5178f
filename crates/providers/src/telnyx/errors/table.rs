//! The table of codes (Telnyx, Messaging error codes). Classes and help are our reading of it.

use trunkline_domain::error_class::ErrorClass::{
    self, Account, Misconfigured, OptedOut, Permanent, Request, Retry, Throttled,
};

use super::help_for_class;
use crate::code_info::CodeInfo;

/// Every code known here, in numerical order.
pub(crate) const CODES: &[CodeInfo] = &[
    known(10_006, Account, "not authorised"),
    explained(
        10_009,
        Account,
        "authentication failed",
        "Telnyx does not accept the API key, so nothing can be sent. An administrator has to put a \
         valid key into the line's settings.",
    ),
    known(10_011, Throttled, "too many requests"),
    known(10_015, Request, "bad request"),
    explained(
        40_001,
        Permanent,
        "number cannot be reached by text",
        "The number is a landline or not in use, so it can receive no texts. Check it, or reach the \
         customer another way.",
    ),
    explained(
        40_002,
        Throttled,
        "blocked as spam for now",
        "A filter took the message for spam and blocks the sender for a while. It is tried again more \
         slowly; vary the text if that happens often.",
    ),
    explained(
        40_003,
        Misconfigured,
        "blocked as spam for good",
        "The sending number is blocked as a source of spam. An administrator has to talk to Telnyx, \
         or use another number.",
    ),
    known(40_004, Retry, "rejected by the receiving carrier"),
    known(40_005, Retry, "expired before it could be delivered"),
    known(40_006, Retry, "receiving carrier is not available"),
    explained(
        40_008,
        Retry,
        "undeliverable",
        "The receiving carrier did not deliver the message and does not say why. It is often a phone \
         that is off; send it again later.",
    ),
    known(40_009, Request, "text is not valid"),
    explained(
        40_010,
        Misconfigured,
        "sender is not registered for 10DLC",
        "US carriers refuse texts from numbers that are not registered for business use. An \
         administrator has to register brand and campaign at Telnyx.",
    ),
    known(40_011, Throttled, "too fast for the carrier"),
    known(40_012, Permanent, "recipient number is not valid"),
    known(40_013, Misconfigured, "sending number is not valid"),
    known(40_014, Retry, "expired in the queue"),
    explained(
        40_015,
        Permanent,
        "blocked by Telnyx's spam filter",
        "Telnyx took the message for spam. Change the text; links and repeated wording are the usual \
         reasons.",
    ),
    known(40_016, Throttled, "daily limit at T-Mobile is reached"),
    known(40_017, Permanent, "AT&T took it for spam"),
    known(40_018, Throttled, "limit at AT&T is reached"),
    known(40_019, Misconfigured, "AT&T does not accept the tag data"),
    known(40_020, Throttled, "artificial traffic, blocked for 24 hours"),
    explained(
        40_300,
        OptedOut,
        "recipient has opted out",
        "The customer texted STOP, and Telnyx lets nothing through until they text START themselves. \
         They count as opted out here as well.",
    ),
    known(40_301, Misconfigured, "type of message is not supported"),
    explained(
        40_302,
        Request,
        "message is too long",
        "The text is longer than Telnyx takes. Shorten it and send it again.",
    ),
    known(40_304, Request, "content is not valid"),
    explained(
        40_305,
        Misconfigured,
        "sender is not on the messaging profile",
        "The sending number does not belong to the messaging profile. An administrator has to assign \
         it in the Telnyx portal.",
    ),
    known(40_306, Misconfigured, "sender name is not set up"),
    known(40_307, Misconfigured, "sender name cannot be used here"),
    known(40_308, Misconfigured, "sender cannot send pictures"),
    explained(
        40_309,
        Misconfigured,
        "destination is not allowed by the profile",
        "The messaging profile does not allow texts to this country. An administrator can add it to \
         the allowed destinations in the Telnyx portal.",
    ),
    explained(
        40_310,
        Permanent,
        "recipient number is not valid",
        "The number is not one that can receive texts. Check it for a wrong or missing digit.",
    ),
    known(40_311, Account, "profile secret is not valid"),
    known(40_312, Misconfigured, "messaging profile is disabled"),
    known(40_313, Account, "profile secret is missing"),
    known(40_314, Account, "messaging is disabled for the account"),
    known(40_315, Misconfigured, "sender is unhealthy"),
    known(40_316, Request, "message is empty"),
    explained(
        40_317,
        Request,
        "media are too large or too many",
        "Telnyx takes at most ten files of one megabyte together. Send fewer or smaller ones, or a link.",
    ),
    explained(
        40_318,
        Throttled,
        "queue is full",
        "More texts wait for this number than Telnyx queues. Nothing is lost: they leave as soon as \
         there is room.",
    ),
    known(40_319, Misconfigured, "type of message is not supported between these numbers"),
    known(40_320, Retry, "sender is not ready yet"),
    known(40_321, Misconfigured, "number pool has no usable number"),
    known(40_322, Permanent, "content is blocked"),
    known(40_325, Misconfigured, "sender name cannot be used"),
    known(40_328, Request, "message has too many parts"),
    explained(
        40_329,
        Misconfigured,
        "toll-free number is not verified",
        "US carriers refuse texts from toll-free numbers that are not verified. An administrator has \
         to apply for it in the Telnyx portal.",
    ),
    known(40_330, Misconfigured, "toll-free number is not provisioned"),
    known(40_331, Misconfigured, "destination is not allowed"),
    explained(
        40_333,
        Throttled,
        "daily spend limit of the profile is reached",
        "The messaging profile has used up what it may spend today. Sending goes on tomorrow, or when \
         an administrator raises the limit.",
    ),
];

const fn known(code: u32, class: ErrorClass, meaning: &'static str) -> CodeInfo {
    CodeInfo { code, class, meaning, help: help_for_class(class) }
}

const fn explained(code: u32, class: ErrorClass, meaning: &'static str, help: &'static str) -> CodeInfo {
    CodeInfo { code, class, meaning, help }
}
