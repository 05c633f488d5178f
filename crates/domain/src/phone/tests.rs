use proptest::prelude::*;

use super::*;

fn us(text: &str) -> Result<PhoneNumber, PhoneError> {
    PhoneNumber::parse(text, Some(CountryCode::US))
}

fn read(text: &str, country: &str) -> String {
    PhoneNumber::parse(text, Some(country.parse().unwrap())).unwrap().to_string()
}

#[test]
fn people_write_the_same_number_in_many_ways() {
    for text in [
        "+14155550100",
        "+1 (415) 555-0100",
        "(415) 555-0100",
        "415.555.0100",
        "1-415-555-0100",
        "4155550100",
        " tel:+1-415-555-0100 ",
        "\u{202a}+1 415 555 0100\u{202c}",
        "＋１ ４１５ ５５５ ０１００",
        "+1\u{a0}415\u{a0}555–0100",
    ] {
        assert_eq!(us(text).map(|n| n.to_string()), Ok("+14155550100".to_owned()), "{text:?}");
    }
}

#[test]
fn national_numbers_lose_their_trunk_prefix() {
    assert_eq!(read("020 7946 0958", "GB"), "+442079460958");
    assert_eq!(read("06 31 96 65 43", "FR"), "+33631966543");
    assert_eq!(read("0151 23456789", "DE"), "+4915123456789");
    assert_eq!(read("8 (912) 345-67-89", "RU"), "+79123456789");
    assert_eq!(read("06 698 12345", "IT"), "+390669812345");
    assert_eq!(read("+44 (0)20 7946 0958", "US"), "+442079460958");
    assert_eq!(read("+49 (0) 30 123456", "US"), "+4930123456");
    assert_eq!(read("٠١٠٠١٢٣٤٥٦٧", "EG"), "+201001234567");
}

#[test]
fn numbers_dialled_abroad_keep_their_own_country() {
    assert_eq!(read("011 44 20 7946 0958", "US"), "+442079460958");
    assert_eq!(read("00 1 415 555 0100", "FR"), "+14155550100");
    assert_eq!(read("+33 6 31 96 65 43", "US"), "+33631966543");
}

#[test]
fn test_numbers_and_unassigned_ranges_are_accepted() {
    for text in ["+15005550006", "+15005550001", "+15550100123", "+15555550100", "+19995550100"] {
        assert_eq!(us(text).map(|n| n.to_string()), Ok(text.to_owned()));
    }
}

#[test]
fn refusals_say_the_value_and_the_way_out() {
    use PhoneError as E;
    let cases = [
        ("", E::Empty),
        ("  ", E::Empty),
        ("hello", E::NotANumber("hello".into())),
        ("ana@example.com", E::NotANumber("ana@example.com".into())),
        ("+1 415 555 0100 x12", E::Extension("+1 415 555 0100 x12".into())),
        ("555-0100", E::TooShort("555-0100".into())),
        ("+1 415 555 01000", E::TooLong("+1 415 555 01000".into())),
        ("+999 1234 5678", E::UnknownCountryCode("+999 1234 5678".into())),
        ("+0415 555 0100", E::UnknownCountryCode("+0415 555 0100".into())),
        ("12345678901234567890", E::TooLong("12345678901234567890".into())),
    ];
    for (text, error) in cases {
        assert_eq!(us(text), Err(error), "{text:?}");
    }
    assert_eq!(PhoneNumber::parse("4155550100", None), Err(E::NoCountry("4155550100".into())));
    assert!(us("hello").unwrap_err().to_string().contains("'hello' is not a phone number; use digits"));
}

#[test]
fn a_refused_text_is_repeated_only_in_part() {
    let error = us(&"a".repeat(10_000)).unwrap_err();
    assert!(error.to_string().len() < 150);
}

#[test]
fn strict_e164_takes_nothing_else() {
    assert!("+14155550100".parse::<PhoneNumber>().is_ok());
    for text in [
        "14155550100",
        "+1 4155550100",
        "+1415",
        "+0123456789",
        "+1234567890123456",
        "+１４１５５５５０１００",
        "",
    ] {
        assert_eq!(text.parse::<PhoneNumber>(), Err(PhoneError::NotE164(text.into())));
    }
}

#[test]
fn numbers_are_written_for_readers() {
    let number = us("+14155550100").unwrap();
    assert_eq!(
        (number.national(), number.international()),
        ("(415) 555-0100".into(), "+1 415-555-0100".into())
    );
    let unplaced: PhoneNumber = "+99912345678".parse().unwrap();
    assert_eq!(
        (unplaced.national(), unplaced.international()),
        ("+99912345678".into(), "+99912345678".into())
    );
}

#[test]
fn the_country_is_the_one_the_number_suggests() {
    let country = |text: &str| text.parse::<PhoneNumber>().unwrap().country().map(|c| c.to_string());
    assert_eq!(country("+14155550100").as_deref(), Some("US"));
    assert_eq!(country("+16137827274").as_deref(), Some("CA"));
    assert_eq!(country("+15555550100").as_deref(), Some("US"));
    assert_eq!(country("+442079460958").as_deref(), Some("GB"));
    assert_eq!(country("+80012345678"), None);
    assert_eq!(country("+99912345678"), None);
}

#[test]
fn countries_are_two_letters() {
    assert_eq!("us".parse(), Ok(CountryCode::US));
    assert_eq!(serde_json::to_string(&CountryCode::US).unwrap(), "\"US\"");
    assert!("USA".parse::<CountryCode>().is_err());
    assert!("ZZ".parse::<CountryCode>().is_err());
}

#[test]
fn json_carries_the_e164_text() {
    let number = us("+14155550100").unwrap();
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"+14155550100\"");
    assert_eq!(serde_json::from_str::<PhoneNumber>("\"+14155550100\"").unwrap(), number);
    assert!(serde_json::from_str::<PhoneNumber>("\"4155550100\"").is_err());
}

/// Texts that look like numbers, so that the rules of many countries are reached.
fn number_like() -> impl Strategy<Value = String> {
    prop_oneof!["\\+?[0-9 ()./-]{1,24}", "\\+[1-9][0-9]{6,15}", "(00|011|0|8)[0-9]{5,14}", any::<String>()]
}

fn countries() -> impl Strategy<Value = Option<CountryCode>> {
    let some =
        ["US", "CA", "GB", "FR", "DE", "IT", "BR", "AR", "MX", "AU", "NZ", "HU", "RU", "IN", "JP", "CU"];
    prop::option::of(prop::sample::select(some.to_vec()).prop_map(|code| code.parse().unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn parsing_never_panics_and_what_is_shown_reads_back(text in number_like(), country in countries()) {
        if let Ok(number) = PhoneNumber::parse(&text, country) {
            prop_assert_eq!(PhoneNumber::parse(&number.to_string(), None), Ok(number.clone()));
            prop_assert_eq!(number.to_string().parse(), Ok(number.clone()));
            let _ = (number.national(), number.international(), number.country());
        }
    }

    #[test]
    fn a_strict_number_can_always_be_shown(text in "\\+[1-9][0-9]{7,14}") {
        let number: PhoneNumber = text.parse().unwrap();
        prop_assert!(!number.national().is_empty() && !number.international().is_empty());
        let _ = number.country();
    }
}
