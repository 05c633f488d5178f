//! Templates keep their text, fill their places and name every problem.

use proptest::prelude::*;

use super::*;

fn render_with(text: &str, values: &[(&str, &str)], declared: &Declared) -> Result<String, RenderErrors> {
    let zone = TimeZone::get("America/New_York").unwrap();
    let context = RenderContext {
        now: "2026-11-21T23:30:00Z".parse().unwrap(),
        zone: &zone,
        locale: Locale::EnUs,
        country: Some(CountryCode::US),
    };
    let value =
        |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Template::parse(text).unwrap().render(&value, declared, &context)
}

fn render(text: &str, values: &[(&str, &str)]) -> Result<String, RenderErrors> {
    render_with(text, values, &Declared::default())
}

fn filled(text: &str, value: &str) -> String {
    render(text, &[("x", value)]).unwrap()
}

fn refused(text: &str) -> String {
    Template::parse(text).unwrap_err().to_string()
}

#[test]
fn places_are_filled_and_the_rest_is_kept() {
    let text = render("Hi {{name}}, see you at {{ place | the shop }}. {ok} }}", &[("name", "Ana")]);
    assert_eq!(text.unwrap(), "Hi Ana, see you at the shop. {ok} }}");
}

#[test]
fn a_blank_value_takes_the_default() {
    assert_eq!(filled("Hi {{x:title|there}}!", "  "), "Hi there!");
    assert_eq!(filled("Hi{{x|}}!", ""), "Hi!");
}

#[test]
fn a_sketch_shows_what_is_missing_where_it_is_missing() {
    let zone = TimeZone::UTC;
    let context =
        RenderContext { now: Timestamp::default(), zone: &zone, locale: Locale::Iso, country: None };
    let value = |name: &str| (name == "total").then(|| "much".to_owned());
    let template = Template::parse("Hi {{name:title}}, {{total:number}} by {{day|Friday}}").unwrap();
    let (text, errors) = template.sketch(&value, &Declared::default(), &context);
    assert_eq!(text, "Hi {{name}}, {{total}} by Friday");
    assert_eq!(errors, template.render(&value, &Declared::default(), &context).unwrap_err());
    assert_eq!((errors.missing.as_slice(), errors.unfit.len()), (["name".to_owned()].as_slice(), 1));
}

#[test]
fn a_default_may_hold_bars_and_colons() {
    assert_eq!(render("{{x|a:b|c}}", &[]).unwrap(), "a:b|c");
}

#[test]
fn braces_in_values_stay_text() {
    assert_eq!(filled("{{x}}", "{{contact.phone}} \\{{"), "{{contact.phone}} \\{{");
}

#[test]
fn a_backslash_shows_braces() {
    assert_eq!(filled(r"\{{x}} is {{x}}, C:\x, \\{{x}}", "1"), r"{{x}} is 1, C:\x, \{{x}}");
}

#[test]
fn formats_write_names() {
    let titles = [("ana LOPEZ", "Ana Lopez"), ("McAdam", "McAdam"), ("jean-luc o'neil", "Jean-Luc O'Neil")];
    for (name, title) in titles {
        assert_eq!(filled("{{x:title}}", name), title);
    }
    assert_eq!(filled("{{x:title}}", "maria's"), "Maria's");
    assert_eq!(filled("{{x:upper}} {{x:lower}} {{x:first:title}}", "ana Lopez"), "ANA LOPEZ ana lopez Ana");
}

#[test]
fn times_are_written_in_the_recipients_zone() {
    let at = "2026-11-22T01:05:00Z";
    assert_eq!(filled("{{x:date}}", at), "November 21, 2026");
    assert_eq!(filled("{{x:time}}", at), "8:05 PM");
    assert_eq!(filled("{{x:datetime}}", at), "November 21, 2026, 8:05 PM");
    assert_eq!(filled("{{x:date}}", "2026-11-22"), "November 22, 2026");
}

#[test]
fn today_and_now_need_no_value() {
    let text = render("{{today}} / {{now}} / {{now:time}}", &[]).unwrap();
    assert_eq!(text, "November 21, 2026 / November 21, 2026, 6:30 PM / 6:30 PM");
}

#[test]
fn numbers_and_amounts_keep_every_digit() {
    let amounts = [
        ("{{x:number}}", "1234567.10", "1,234,567.10"),
        ("{{x:number}}", "-007", "-7"),
        ("{{x:money USD}}", "1234.5", "$1,234.50"),
        ("{{x:money EUR}}", "-12", "-€12.00"),
        ("{{x:money JPY}}", "1200", "¥1,200"),
        ("{{x:money CHF}}", "0.05", "0.05 CHF"),
        ("{{x:money USD}}", "99999999999999999999.99", "$99,999,999,999,999,999,999.99"),
    ];
    for (text, value, written) in amounts {
        assert_eq!(filled(text, value), written);
    }
}

#[test]
fn phone_numbers_are_written_for_the_reader() {
    assert_eq!(filled("{{x:phone}}", "+14155550100"), "(415) 555-0100");
    assert_eq!(filled("{{x:phone}}", "+442079460958"), "+44 20 7946 0958");
}

#[test]
fn other_countries_read_other_dates() {
    let zone = TimeZone::UTC;
    let template = Template::parse("{{x:datetime}} {{x:date}} {{y:money GBP}}").unwrap();
    let value = |name: &str| Some(if name == "x" { "2026-01-02T15:04:05Z" } else { "1234" }.to_owned());
    let written = |locale| {
        let context = RenderContext { now: Timestamp::default(), zone: &zone, locale, country: None };
        template.render(&value, &Declared::default(), &context).unwrap()
    };
    assert_eq!(written(Locale::EnGb), "2 January 2026, 15:04 2 January 2026 £1,234.00");
    assert_eq!(written(Locale::Iso), "2026-01-02, 15:04 2026-01-02 1234.00 GBP");
}

#[test]
fn every_problem_of_a_rendering_is_named() {
    let text = "{{a}} {{b:date}} {{c:money USD}} {{a}} {{d|x}} {{e:phone}} {{f}} {{g}}";
    let long = "x".repeat(VALUE_CHARS_MAX + 1);
    let values = [("b", "soon"), ("c", "1.005"), ("e", "call me"), ("g", long.as_str())];
    let errors = render(text, &values).unwrap_err();
    assert_eq!(errors.missing, ["a", "f"]);
    let unfit: Vec<_> = errors.unfit.iter().map(|unfit| unfit.name.as_str()).collect();
    assert_eq!(unfit, ["b", "c", "e", "g"]);
    let said = errors.to_string();
    assert!(said.contains("a has no value; f has no value; b: 'soon' is not a time"), "{said}");
    assert!(said.contains("'1.005' has more decimals than USD has; round it to 2"), "{said}");
}

#[test]
fn declared_variables_lend_defaults_and_formats() {
    let mut declared = Declared::default();
    declared.declare("amount", Some("nothing"), Some("money USD")).unwrap();
    declared.declare("name", Some("friend"), Some("first:title")).unwrap();
    let text = "{{name}} owes {{amount}} ({{name:upper}}, {{name|you}})";
    let given = render_with(text, &[("amount", "5"), ("name", "ana lopez")], &declared);
    assert_eq!(given.unwrap(), "Ana owes $5.00 (ANA LOPEZ, Ana)");
    let bare = render_with(text, &[], &declared);
    assert_eq!(bare.unwrap(), "friend owes nothing (friend, you)");
}

#[test]
fn a_wrong_declaration_is_refused() {
    let mut declared = Declared::default();
    declared.declare("a", None, None).unwrap();
    assert_eq!(declared.declare("a", None, None), Err(DeclareError::Twice("a".into())));
    assert_eq!(declared.declare("today", None, None), Err(DeclareError::BuiltIn("today".into())));
    assert!(matches!(declared.declare("a b", None, None), Err(DeclareError::Name(_))));
    assert!(matches!(declared.declare("b", None, Some("money")), Err(DeclareError::Format(_))));
    let long = "x".repeat(VALUE_CHARS_MAX + 1);
    assert_eq!(declared.declare("b", Some(&long), None), Err(DeclareError::LongDefault("b".into())));
}

#[test]
fn variables_are_listed_once_and_unknown_ones_apart() {
    let template = Template::parse("{{b}} {{a|x}} {{b:upper}} {{contact.vip}} {{today}}").unwrap();
    assert_eq!(template.variables().collect::<Vec<_>>(), ["b", "a", "contact.vip", "today"]);
    let mut declared = Declared::default();
    declared.declare("a", None, None).unwrap();
    assert_eq!(template.unknown(&declared).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn mistakes_are_located_and_the_way_out_is_named() {
    let cases = [
        ("Hi\n é {{name", "line 2, column 4: '{{' opens a placeholder that is never closed; write '}}'"),
        ("{{a {{b}}", "line 1, column 1: '{{' opens a placeholder that is never closed"),
        ("{{}}", "line 1, column 1: the placeholder has no name; write one, like {{contact.name}}"),
        (
            "{{first name}}",
            "'first name' is not a name; use letters, digits, '_', '-' and '.', like 'first_name'",
        ),
        ("{{{a}}}", "'{a' is not a name"),
        ("{{a:loud}}", "'loud' is not a format; use upper, lower"),
        ("{{a:money}}", "'money' names no currency; write three capital letters, like money USD"),
        ("{{a:money usd}}", "'money usd' names no currency"),
        ("{{a:lower:upper:lower:upper:lower}}", "at most 4 formats"),
    ];
    for (text, said) in cases {
        assert!(refused(text).contains(said), "{text:?}: {}", refused(text));
    }
}

#[test]
fn sizes_are_bounded() {
    assert!(Template::parse(&"é".repeat(TEMPLATE_CHARS_MAX)).is_ok());
    assert!(refused(&"é".repeat(TEMPLATE_CHARS_MAX + 1)).contains("longer than 10000 characters"));
    assert!(Template::parse(&format!("{{{{{}}}}}", "n".repeat(NAME_CHARS_MAX))).is_ok());
    assert!(refused(&format!("{{{{{}}}}}", "n".repeat(NAME_CHARS_MAX + 1))).contains("longer than 64"));
}

proptest! {
    #[test]
    fn any_text_can_be_escaped(text in r"[{}\\|:a é]{0,40}") {
        let escaped = text.replace("{{", r"\{{");
        prop_assert_eq!(render(&escaped, &[]).unwrap(), text);
    }

    #[test]
    fn any_value_is_written_as_it_is(value in r"[{}\\|:a é\n]{1,40}") {
        prop_assume!(!value.trim().is_empty());
        prop_assert_eq!(render("<{{x}}>", &[("x", &value)]).unwrap(), format!("<{value}>"));
    }

    #[test]
    fn parsing_never_panics(text in r"[{}\\|:a-c .é\n]{0,60}", other in ".{0,60}") {
        let _ = (Template::parse(&text), Template::parse(&other));
    }

    #[test]
    fn rendering_never_panics(
        format in prop::sample::select(&[
            "upper", "lower", "title", "first", "date", "time", "datetime", "number", "money JPY", "phone",
        ][..]),
        value in ".{0,60}",
    ) {
        let _ = render(&format!("{{{{x:{format}}}}}"), &[("x", &value)]);
    }

    #[test]
    fn a_number_keeps_its_digits(whole in 0..u64::MAX, decimals in "[0-9]{1,9}") {
        let value = format!("{whole}.{decimals}");
        prop_assert_eq!(filled("{{x:number}}", &value).replace(',', ""), value);
    }
}
