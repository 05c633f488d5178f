//! The table of codes (Twilio, Error and Warning Dictionary). Classes and help are our reading of it.

use trunkline_domain::error_class::ErrorClass::{
    self, Account, Misconfigured, OptedOut, Permanent, Request, Retry, Throttled,
};

use super::help_for_class;
use crate::code_info::CodeInfo;

/// Every code known here, in numerical order.
pub(crate) const CODES: &[CodeInfo] = &[
    explained(
        10_001,
        Account,
        "account is not active",
        "Twilio says the account is not active, so nothing can be sent. An administrator has to \
         reactivate it in the Twilio console.",
    ),
    explained(
        11_200,
        Misconfigured,
        "webhook could not be reached",
        "Twilio could not deliver an event to this installation: it did not answer, or answered with \
         an error. Incoming texts may be late until it is reachable. An administrator should check \
         that the public URL works from the internet.",
    ),
    explained(
        11_205,
        Misconfigured,
        "webhook connection failed",
        "Twilio could not connect to this installation. An administrator should check DNS, firewall \
         and that the service is running.",
    ),
    known(11_206, Misconfigured, "webhook broke the HTTP protocol"),
    explained(
        11_210,
        Misconfigured,
        "webhook host name is wrong",
        "Twilio does not find the host name of the configured webhook. An administrator should \
         correct the public URL and provision the number again.",
    ),
    known(11_215, Misconfigured, "webhook redirected too often"),
    known(11_220, Misconfigured, "webhook TLS handshake failed"),
    known(11_235, Misconfigured, "webhook certificate does not match the host"),
    explained(
        11_236,
        Misconfigured,
        "webhook certificate has expired",
        "The TLS certificate of this installation has expired, so Twilio delivers nothing to it. An \
         administrator has to renew the certificate.",
    ),
    known(11_237, Misconfigured, "webhook certificate is not trusted"),
    known(11_750, Misconfigured, "webhook answer is too long"),
    explained(
        11_751,
        Request,
        "media exceeds the channel's size limit",
        "The attachment is too large: 5 MB by text message, 16 MB on WhatsApp. Send a smaller one or \
         a link.",
    ),
    known(11_770, Misconfigured, "webhook answer is chunked and empty"),
    known(12_100, Misconfigured, "webhook answer is not valid XML"),
    known(12_101, Misconfigured, "webhook answer has a wrong TwiML command"),
    known(12_102, Misconfigured, "webhook answer has no Response element"),
    known(12_200, Misconfigured, "webhook answer does not follow the TwiML schema"),
    known(12_300, Misconfigured, "webhook answer has a wrong content type"),
    known(12_400, Retry, "internal error while handling the webhook"),
    known(13_224, Permanent, "number to dial is invalid"),
    known(13_225, Permanent, "number to dial is blocked"),
    known(13_227, Misconfigured, "calls to this region are not allowed"),
    explained(
        14_107,
        Throttled,
        "reply loop: too many replies within seconds",
        "Two automatic systems are answering each other. Turn off the automatic answer in this \
         conversation, then wait half a minute.",
    ),
    known(20_001, Request, "unknown parameters"),
    explained(
        20_003,
        Account,
        "credentials or permission refused",
        "Twilio does not accept the credentials, or the account is suspended. No message of this line \
         can leave until an administrator corrects the account SID, auth token or API key.",
    ),
    known(20_004, Request, "method not allowed"),
    known(20_005, Account, "account is not active"),
    known(20_006, Account, "access denied"),
    explained(
        20_008,
        Account,
        "not possible with test credentials",
        "The line is set up with Twilio's test credentials, which never send. An administrator has to \
         enter the live ones.",
    ),
    known(20_009, Retry, "message is not complete yet"),
    known(20_403, Account, "forbidden"),
    known(20_404, Request, "resource not found"),
    known(20_409, Retry, "conflict with another change"),
    known(20_422, Request, "invalid parameter"),
    explained(
        20_429,
        Throttled,
        "too many requests at once",
        "Too many messages were handed to Twilio at the same moment. This one was not taken and is \
         sent again shortly, by itself.",
    ),
    known(20_500, Retry, "internal error at Twilio"),
    explained(
        20_503,
        Retry,
        "Twilio is temporarily unavailable",
        "Twilio is temporarily unavailable. The message is tried again by itself; nothing has to be \
         done.",
    ),
    explained(
        21_211,
        Permanent,
        "recipient's number is invalid",
        "Twilio says this is not a phone number that exists. Check it with the customer, correct the \
         contact, and send again.",
    ),
    explained(
        21_212,
        Misconfigured,
        "sender's number is invalid",
        "Twilio does not accept the sending number. An administrator has to check the line's number \
         in the Twilio console.",
    ),
    known(21_214, Permanent, "number to call is invalid"),
    known(21_215, Misconfigured, "calls to this region are not allowed"),
    known(21_216, Permanent, "calls to this number are blocked"),
    known(21_217, Permanent, "number is not valid"),
    explained(
        21_219,
        Misconfigured,
        "trial account: the recipient is not verified",
        "A Twilio trial account can only reach numbers verified in the console. Verify this one \
         there, or upgrade the account.",
    ),
    known(21_265, Permanent, "recipient's number does not work with this sender"),
    known(21_404, Misconfigured, "trial account: feature is limited"),
    explained(
        21_408,
        Misconfigured,
        "messages to this region are not enabled",
        "The Twilio account may not send to the customer's country. An administrator can allow the \
         country under Messaging, Geo permissions in the Twilio console.",
    ),
    known(21_601, Misconfigured, "sender cannot send texts"),
    known(21_602, Request, "message has no content"),
    known(21_603, Request, "sender is missing"),
    known(21_604, Request, "recipient is missing"),
    known(21_606, Misconfigured, "sender cannot send to this destination"),
    known(21_607, Misconfigured, "trial account: sender is not allowed"),
    explained(
        21_608,
        Misconfigured,
        "trial account: the recipient is not verified",
        "A Twilio trial account can only reach numbers verified in the console. Verify this one \
         there, or upgrade the account.",
    ),
    known(21_609, Request, "status callback URL is invalid"),
    explained(
        21_610,
        OptedOut,
        "recipient has opted out",
        "The customer has texted STOP to this number, so texts to them are blocked by law and by \
         Twilio. Only they can undo it, by texting START. Reach them another way if you must.",
    ),
    explained(
        21_611,
        Throttled,
        "sender's queue is full",
        "The sending number has more messages waiting than it can send in ten hours. The message \
         waits for room; for large mailings add numbers or a faster kind of number.",
    ),
    explained(
        21_612,
        Misconfigured,
        "recipient cannot be reached from this sender",
        "There is no route from this sending number to the customer's carrier. Another of your \
         numbers, or another channel, may work.",
    ),
    explained(
        21_614,
        Permanent,
        "recipient is not a mobile number",
        "The number cannot receive texts; it is probably a landline. Call the customer, or ask for a \
         mobile number.",
    ),
    known(21_616, Misconfigured, "sender matches several numbers"),
    explained(
        21_617,
        Request,
        "text is longer than 1,600 characters",
        "The text is longer than the 1,600 characters one message may have. Shorten it or send it in \
         parts.",
    ),
    known(21_618, Permanent, "content is filtered everywhere"),
    known(21_619, Request, "message has no text, media or template"),
    explained(
        21_620,
        Request,
        "media URL is invalid",
        "Twilio cannot fetch the attachment: its address is not public or not valid. Attach it again.",
    ),
    known(21_621, Misconfigured, "sender cannot send media"),
    known(21_622, Misconfigured, "account cannot send media"),
    known(21_623, Request, "more than ten media"),
    known(21_624, Request, "validity period is invalid"),
    known(21_654, Request, "template is missing"),
    known(21_655, Request, "template is invalid"),
    known(21_656, Request, "template variables are invalid"),
    known(21_657, Misconfigured, "sender name is not allowed in this country"),
    explained(
        21_660,
        Misconfigured,
        "sender does not belong to the account or service",
        "The sending number is not in the Twilio account that the line is set up with. An \
         administrator has to correct one or the other.",
    ),
    known(21_661, Misconfigured, "sender cannot send texts"),
    known(21_701, Misconfigured, "messaging service does not exist"),
    known(21_703, Misconfigured, "messaging service has no usable number"),
    known(21_704, Misconfigured, "messaging service has no numbers"),
    known(21_705, Misconfigured, "messaging service is invalid"),
    known(21_710, Misconfigured, "number is already in the messaging service"),
    known(21_711, Misconfigured, "number is not in the messaging service"),
    known(21_712, Misconfigured, "number is in another messaging service"),
    known(21_714, Misconfigured, "messaging service is full"),
    explained(
        30_001,
        Throttled,
        "queue overflow",
        "Too many messages are waiting at Twilio for this service. The message is sent again when \
         there is room.",
    ),
    explained(
        30_002,
        Account,
        "account is suspended",
        "Twilio has suspended the account, and nothing can be sent or received. An administrator has \
         to settle it with Twilio.",
    ),
    explained(
        30_003,
        Retry,
        "phone cannot be reached",
        "The customer's phone is off, without signal, or cannot receive texts. Send it again later; if \
         it keeps failing, call them or check the number.",
    ),
    explained(
        30_004,
        OptedOut,
        "message is blocked",
        "The customer or their carrier blocks texts from this number. Do not keep sending; reach them \
         another way, or ask them to text START.",
    ),
    explained(
        30_005,
        Permanent,
        "number is unknown or no longer in use",
        "The carrier does not know this number; it may have been given up. Ask the customer for the \
         new one.",
    ),
    explained(
        30_006,
        Permanent,
        "landline or unreachable carrier",
        "The number is a landline, or on a carrier that takes no texts. Call the customer, or ask for \
         a mobile number.",
    ),
    explained(
        30_007,
        Permanent,
        "filtered as unwanted",
        "Twilio or the carrier took the message for spam. Word it differently, say who you are, avoid \
         shortened links, and check that the number is registered for this use.",
    ),
    explained(
        30_008,
        Retry,
        "failed for an unknown reason",
        "The carrier refused the message without saying why. Send it again later; if it keeps \
         failing, try a short plain text or another way to reach the customer.",
    ),
    explained(
        30_009,
        Permanent,
        "part of an incoming text is missing",
        "Part of a text from the customer was lost on the way to Twilio. Ask them to send it again.",
    ),
    known(30_010, Request, "price is above the set limit"),
    explained(
        30_011,
        Permanent,
        "pictures cannot be sent to this number",
        "This number or region cannot receive pictures. Send the message without them, or with a \
         link.",
    ),
    known(30_012, Request, "validity period is too short"),
    known(30_013, Request, "validity period is too long"),
    known(30_017, Retry, "carrier is congested"),
    known(30_018, Misconfigured, "sender name is not registered"),
    known(30_019, Request, "content is larger than the carrier takes"),
    known(30_020, Retry, "internal error while scheduling"),
    known(30_021, Retry, "internal error in the messaging service"),
    explained(
        30_022,
        Throttled,
        "10DLC rate limit is exceeded",
        "The number's registration (10DLC) allows fewer messages per minute than were sent. The \
         message leaves when there is room; a higher trust score allows more.",
    ),
    explained(
        30_023,
        Throttled,
        "10DLC daily limit is reached",
        "The number's registration (10DLC) has used up its messages for today at this carrier. \
         Sending goes on after midnight US Pacific time.",
    ),
    known(30_024, Misconfigured, "sender is not provisioned at the carrier"),
    known(30_025, Throttled, "half of the carrier's daily limit is used"),
    known(30_026, Throttled, "70 % of the carrier's daily limit is used"),
    known(30_027, Throttled, "carrier's daily limit is reached"),
    explained(
        30_032,
        Misconfigured,
        "toll-free number is not verified",
        "The toll-free number has to be verified before carriers take its texts. An administrator can \
         submit the verification in the Twilio console.",
    ),
    known(30_033, Misconfigured, "10DLC campaign is suspended"),
    explained(
        30_034,
        Misconfigured,
        "number is not registered for 10DLC",
        "US carriers only take texts from registered numbers, and this one is not. An administrator \
         has to register brand and campaign (A2P 10DLC) in the Twilio console.",
    ),
    explained(
        30_035,
        Misconfigured,
        "number is still being registered for 10DLC",
        "The registration of the sending number is not finished at the carriers. It takes hours to \
         days; send the message again after that.",
    ),
    known(30_036, Retry, "validity period expired before sending"),
    known(30_037, Account, "sending is disabled for the account"),
    known(30_400, Request, "change to the message is not allowed"),
    known(30_404, Request, "resource not found at this address"),
    explained(
        30_409,
        Request,
        "too late to cancel",
        "The message had already left when it was to be canceled.",
    ),
    explained(
        30_410,
        Retry,
        "carrier did not answer in time",
        "The carrier did not answer in time, and Twilio did not repeat the message to avoid sending \
         it twice. It may have arrived: look before sending again.",
    ),
    explained(
        30_450,
        Throttled,
        "held back by fraud protection",
        "Twilio's protection against fraud has paused messages to this destination for up to half an \
         hour. The message is tried again after that.",
    ),
    known(30_453, Permanent, "delivery is blocked"),
    known(30_454, Permanent, "message could not be delivered"),
    known(30_500, Retry, "internal error at Twilio"),
    known(35_111, Request, "time to send is missing"),
    known(35_114, Request, "time to send is too near"),
    known(35_115, Request, "time to send is too far ahead"),
    known(35_117, Request, "time to send is out of range"),
    known(35_118, Request, "scheduling needs a messaging service"),
    known(35_125, Throttled, "too many scheduled messages"),
    known(35_126, Request, "schedule type is missing"),
    known(63_001, Account, "channel refuses the credentials"),
    known(63_002, Misconfigured, "sender is unknown on the channel"),
    explained(
        63_003,
        Permanent,
        "recipient is not on the channel",
        "The customer's number is not on WhatsApp (or the chosen channel). Send a text message \
         instead.",
    ),
    known(63_005, Request, "channel does not accept the content"),
    known(63_006, Request, "channel cannot format the content"),
    explained(
        63_007,
        Misconfigured,
        "sender is not set up on the channel",
        "The sender is not an approved WhatsApp sender of this account. An administrator has to \
         register it in the Twilio console.",
    ),
    known(63_008, Misconfigured, "channel is misconfigured"),
    known(63_009, Retry, "channel failed"),
    known(63_010, Retry, "internal error at Twilio"),
    known(63_012, Retry, "internal error on the channel"),
    known(63_013, Permanent, "content violates the channel's policy"),
    known(63_014, OptedOut, "recipient has blocked the sender"),
    explained(
        63_015,
        Misconfigured,
        "recipient has not joined the sandbox",
        "The WhatsApp sandbox only reaches people who have joined it. The customer has to send the \
         join code first; for real use register a sender.",
    ),
    explained(
        63_016,
        Request,
        "outside the 24-hour window",
        "The customer last wrote more than 24 hours ago, and WhatsApp then only takes approved \
         templates. Send a template, or wait until they write.",
    ),
    known(63_017, Throttled, "account sends too many messages per second"),
    known(63_018, Throttled, "channel's rate limit is reached"),
    known(63_019, Request, "media could not be downloaded"),
    known(63_020, Account, "business account has a problem"),
    known(63_021, Request, "channel rejects the content"),
    known(63_022, Misconfigured, "name certificate is invalid"),
    known(63_023, Retry, "channel failed"),
    known(63_024, Permanent, "recipient is invalid"),
    known(63_026, Permanent, "flagged as spam"),
    known(63_027, Request, "template does not exist in this language"),
    known(63_028, Request, "template has another number of parameters"),
    known(63_029, Request, "recipient could not load the template"),
    known(63_030, Request, "channel does not accept a parameter"),
    known(63_031, Request, "sender and recipient are the same"),
    known(63_032, Permanent, "recipient is excluded by a WhatsApp experiment"),
    known(63_033, OptedOut, "recipient has blocked the sender"),
    known(63_034, Request, "media is too large"),
    known(63_036, Retry, "recipient cannot be reached by RCS"),
    explained(
        63_038,
        Throttled,
        "account's daily limit is reached",
        "The account has used up its messages for the last 24 hours. Sending goes on as the window \
         moves; Twilio can raise the limit.",
    ),
    known(63_040, Misconfigured, "template was rejected"),
    known(63_041, Misconfigured, "template is paused"),
    known(63_042, Misconfigured, "template is disabled"),
    explained(
        63_049,
        Permanent,
        "Meta chose not to deliver the template",
        "WhatsApp limits how many marketing messages a person gets and withheld this one. Do not \
         repeat it at once; a text message or a later day may work.",
    ),
    known(63_051, Account, "WhatsApp Business account is locked"),
    known(90_010, Account, "account is not active"),
];

const fn known(code: u32, class: ErrorClass, meaning: &'static str) -> CodeInfo {
    CodeInfo { code, class, meaning, help: help_for_class(class) }
}

const fn explained(code: u32, class: ErrorClass, meaning: &'static str, help: &'static str) -> CodeInfo {
    CodeInfo { code, class, meaning, help }
}
