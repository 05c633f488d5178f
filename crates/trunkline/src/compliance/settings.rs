//! The rules that the team can change, kept as one document.

use serde::{Deserialize, Serialize};
use trunkline_domain::quiet_hours::{QuietHours, Regions};
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;

use crate::http::problem::FieldError;

/// The rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) quiet_hours: QuietHoursSetting,
    /// Other hours for some regions.
    pub(crate) regions: Vec<RegionSetting>,
    pub(crate) frequency: Frequency,
    /// Marketing leaves only for those whose consent is on record.
    pub(crate) require_marketing_consent: bool,
    pub(crate) first_contact: FirstContact,
    /// The zone of recipients whose number tells none.
    pub(crate) default_time_zone: Option<String>,
    pub(crate) late: Late,
    /// Messages may be planned for the hour in which their recipient usually writes.
    pub(crate) best_time: bool,
}

/// When nobody is to be disturbed, in the recipient's time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuietHoursSetting {
    pub(crate) enabled: bool,
    /// `HH:MM`
    pub(crate) starts: String,
    /// `HH:MM`
    pub(crate) ends: String,
}

/// The quiet hours of a country (`FR`) or a part of it (`US-FL`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionSetting {
    pub(crate) region: String,
    pub(crate) starts: String,
    pub(crate) ends: String,
}

/// How much marketing one person may get.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Frequency {
    pub(crate) marketing_per_day: Option<u32>,
    pub(crate) marketing_per_week: Option<u32>,
}

/// What is added to the first message that somebody gets from us, unless it is a person's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstContact {
    pub(crate) enabled: bool,
    pub(crate) text: String,
}

/// What becomes of a message that came due long ago, because we were down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Late {
    pub(crate) after_seconds: u32,
    pub(crate) action: LateAction,
}

/// Whether a late message still leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LateAction {
    Send,
    Fail,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            quiet_hours: QuietHoursSetting { enabled: true, starts: "21:00".into(), ends: "08:00".into() },
            regions: Vec::new(),
            frequency: Frequency::default(),
            require_marketing_consent: true,
            first_contact: FirstContact { enabled: true, text: "Reply STOP to opt out.".into() },
            default_time_zone: None,
            late: Late { after_seconds: 24 * 3_600, action: LateAction::Fail },
            best_time: false,
        }
    }
}

impl Settings {
    /// Every field that cannot be used.
    pub(super) fn problems(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse =
            |field: String, message: &str| errors.push(FieldError { field, message: message.into() });
        if window(&self.quiet_hours.starts, &self.quiet_hours.ends).is_none() {
            refuse("quiet_hours".into(), "Write both times as HH:MM, such as 21:00.");
        }
        for (number, region) in self.regions.iter().enumerate() {
            if window(&region.starts, &region.ends).is_none() {
                refuse(format!("regions.{number}"), "Write both times as HH:MM, such as 21:00.");
            }
            if !is_region(&region.region) {
                refuse(
                    format!("regions.{number}.region"),
                    "Write a country such as FR, or a state such as US-FL.",
                );
            }
        }
        let text = self.first_contact.text.trim();
        if self.first_contact.enabled && (text.is_empty() || text.chars().count() > 200) {
            refuse("first_contact.text".into(), "Write 1 to 200 characters.");
        }
        if let Some(zone) = &self.default_time_zone
            && trunkline_domain::schedule::zone(zone).is_err()
        {
            refuse("default_time_zone".into(), "Write a zone such as America/New_York.");
        }
        if !(60..=30 * 86_400).contains(&self.late.after_seconds) {
            refuse("late.after_seconds".into(), "Write 60 seconds to 30 days.");
        }
        errors
    }

    /// The window of everyone without one of their region; `None`: quiet hours are off.
    pub(super) fn usual_window(&self) -> Option<QuietHours> {
        let hours = &self.quiet_hours;
        if hours.enabled { window(&hours.starts, &hours.ends) } else { None }
    }

    /// The windows of regions: the known ones, changed by the team's.
    pub(super) fn windows(&self) -> Regions {
        let known = Regions::default();
        let ours = self
            .regions
            .iter()
            .filter_map(|ours| Some((ours.region.clone(), window(&ours.starts, &ours.ends)?)));
        known.iter().map(|(region, hours)| (region.to_owned(), hours)).chain(ours).collect()
    }
}

fn is_region(text: &str) -> bool {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let letters = |text: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    letters(country, 2..=2) && part.is_none_or(|part| letters(part, 1..=3))
}

/// From two local times.
fn window(starts: &str, ends: &str) -> Option<QuietHours> {
    Some(QuietHours { starts: starts.parse().ok()?, ends: ends.parse().ok()? })
}

/// From what the database holds; what cannot be read is as if nobody had changed anything, which is strict.
fn read(value: Option<Vec<u8>>) -> Settings {
    value.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The rules as they are now.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<Settings> {
    let value =
        tx.query_opt(sql!("select value from settings where key = 'compliance'"), &[], |row| row.get(0))?;
    Ok(read(value))
}

pub(super) fn save(tx: &mut Tx<'_>, settings: &Settings) -> Result<()> {
    let value = serde_json::to_vec(settings).unwrap_or_default();
    tx.execute(
        sql!(
            "insert into settings (key, value) values ('compliance', $1) \
             on conflict (key) do update set value = excluded.value"
        ),
        &[value.into()],
    )?;
    Ok(())
}
