//! The account that a line is in, whoever's it is: the places that webhooks are set on.

use anyhow::Context;
use trunkline_providers::telnyx::Telnyx;
use trunkline_providers::twilio::Twilio;
use trunkline_providers::twilio::setup::PlaceKind;
use trunkline_providers::{LookupError, Place};

use crate::config::{Credentials, LineConfig};
use crate::lines::{self, Wire};

/// A provider's account.
pub(crate) enum Account {
    Twilio(Twilio),
    Telnyx(Telnyx),
    /// Its webhooks are made by hand: Resend shows the secret of one only when it is made. Mail servers have none.
    ByHand,
}

impl Account {
    /// That of a line.
    pub(crate) fn of(line: &LineConfig, wire: &Wire) -> Account {
        match &line.credentials {
            Credentials::Twilio(account) => Account::Twilio(lines::twilio(account, &line.base_url, wire)),
            Credentials::Telnyx(account) => Account::Telnyx(lines::telnyx(account, &line.base_url, wire)),
            Credentials::Resend(_) | Credentials::Smtp(_) => Account::ByHand,
        }
    }

    /// A number, a messaging service or a messaging profile; `None` if it is gone.
    pub(super) async fn place(&self, sid: &str) -> anyhow::Result<Option<Place>> {
        Ok(match self {
            Account::Twilio(twilio) => twilio.place(kind_of(sid)?, sid).await?,
            Account::Telnyx(telnyx) => telnyx.profile(sid).await?.map(|profile| profile.place),
            Account::ByHand => None,
        })
    }

    /// Sets values on it and gives what is set then.
    pub(super) async fn set_up(
        &self,
        sid: &str,
        settings: &[(String, String)],
    ) -> anyhow::Result<Option<Place>> {
        Ok(match self {
            Account::Twilio(twilio) => twilio.set_up(kind_of(sid)?, sid, settings).await?,
            Account::Telnyx(telnyx) => telnyx.set_up(sid, settings).await?,
            Account::ByHand => None,
        })
    }
}

fn kind_of(sid: &str) -> anyhow::Result<PlaceKind> {
    PlaceKind::of(sid).with_context(|| format!("{sid} is neither a number nor a messaging service"))
}

/// Names the line in what went wrong.
pub(super) fn not_asked(slug: &str, error: &LookupError) -> anyhow::Error {
    anyhow::anyhow!("line {slug}: {error}")
}
