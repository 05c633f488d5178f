//! Where a phone number may be: its time zones and its region.
//!
//! Numbers are portable, so this is only a suggestion, to be asked after what the contact or the business
//! has said. The data is libphonenumber's (see `data/libphonenumber`) and is read once, on first use.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::phone::PhoneNumber;

/// Prefix of the digits to zones joined with `&`.
static ZONES: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| table(include_str!("../data/libphonenumber/phone_timezones.txt")));
/// North American area code to regions joined with `&`.
static REGIONS: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| table(include_str!("../data/libphonenumber/nanp_regions.txt")));

/// The zone of most people, where numbers do not tell the zones of a country apart; in the order of
/// preference. The data itself is in alphabetical order, which says nothing.
const MOST_PEOPLE: [&str; 16] = [
    "Asia/Jakarta",
    "America/Sao_Paulo",
    "Europe/Moscow",
    "America/Mexico_City",
    "America/Santiago",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Europe/London",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Lisbon",
    "America/Toronto",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Anchorage",
];

fn table(text: &'static str) -> HashMap<&'static str, &'static str> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('|')).collect()
}

/// The IANA zones the holder of a number may be in, the one of most people first. Empty when the number
/// says nothing: toll-free, satellite, or in no known area of North America.
pub fn possible_zones(phone: &PhoneNumber) -> Vec<&'static str> {
    let digits = phone.as_str().trim_start_matches('+');
    let known = (1..=digits.len()).rev().find_map(|length| ZONES.get_key_value(digits.get(..length)?));
    match known {
        // "1" lists every zone from Guam to Bermuda: the data's word for not knowing.
        None | Some((&"1", _)) => Vec::new(),
        Some((_, zones)) => {
            let mut zones: Vec<_> = zones.split('&').collect();
            let rank = |zone: &&str| MOST_PEOPLE.iter().position(|known| known == zone);
            zones.sort_by_key(|zone| rank(zone).unwrap_or(MOST_PEOPLE.len()));
            zones
        }
    }
}

/// The regions whose law may apply to a number: states and provinces like `US-FL` where the area code
/// tells, else the country, like `FR`. Empty for numbers of no country.
pub fn possible_regions(phone: &PhoneNumber) -> Vec<String> {
    let area = phone.as_str().strip_prefix("+1").and_then(|rest| rest.get(..3));
    if let Some(regions) = area.and_then(|area| REGIONS.get(area)) {
        return regions.split('&').map(str::to_owned).collect();
    }
    phone.country().iter().map(|country| country.as_str().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phone(text: &str) -> PhoneNumber {
        text.parse().unwrap()
    }

    #[test]
    fn the_longest_prefix_counts() {
        for (number, zones) in [
            ("+14155550100", &["America/Los_Angeles"][..]),
            ("+12085550100", &["America/Boise", "America/Los_Angeles"]),
            ("+12082015555", &["America/Denver"]),
            ("+19075550100", &["America/Anchorage", "America/Adak"]),
            ("+33612345678", &["Europe/Paris"]),
            ("+18005550100", &[]),
            ("+88213123456", &[]),
        ] {
            assert_eq!(possible_zones(&phone(number)), zones, "{number}");
        }
    }

    #[test]
    fn the_zone_of_most_people_comes_first() {
        for (number, zone) in [
            ("+79161234567", "Europe/Moscow"),
            ("+447700900123", "Europe/London"),
            ("+61412345678", "Australia/Sydney"),
            ("+6281234567890", "Asia/Jakarta"),
        ] {
            assert_eq!(possible_zones(&phone(number))[0], zone, "{number}");
        }
    }

    #[test]
    fn every_zone_of_the_data_exists() {
        for zone in ZONES.values().flat_map(|zones| zones.split('&')) {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
        assert!(ZONES.len() > 3_000 && REGIONS.len() > 400);
    }

    #[test]
    fn every_entry_finds_itself() {
        for (prefix, zones) in ZONES.iter().filter(|(prefix, _)| **prefix != "1") {
            // Nines do not lead on to a longer prefix for most entries; those that do are skipped.
            let number = format!("+{prefix:9<12}");
            let longer =
                ZONES.keys().any(|other| other.len() > prefix.len() && number[1..].starts_with(other));
            if !longer && number.len() <= 16 {
                let mut found = possible_zones(&phone(&number));
                found.sort_unstable();
                assert_eq!(found.join("&"), **zones, "{prefix}");
            }
        }
    }

    #[test]
    fn the_region_is_the_state_or_the_country() {
        for (number, regions) in [
            ("+13055550100", &["US-FL"][..]),
            ("+12015550100", &["US-NJ", "US-NY"]),
            ("+14165550100", &["CA-ON"]),
            ("+12425550100", &["BS"]),
            ("+33612345678", &["FR"]),
        ] {
            assert_eq!(possible_regions(&phone(number)), regions, "{number}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_placed_without_a_panic(digits in "[1-9][0-9]{7,14}") {
            let phone = phone(&format!("+{digits}"));
            let zones = possible_zones(&phone);
            prop_assert!(zones.iter().all(|name| jiff::tz::TimeZone::get(name).is_ok()), "{zones:?}");
            let _ = possible_regions(&phone);
        }
    }
}
