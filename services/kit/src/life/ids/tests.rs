//! What an id accepts and refuses.

use proptest::prelude::*;

use super::*;

prefixed_id!(ParcelId, "parcel");

const NIL: &str = "parcel_00000000000000000000000000";

fn malformed() -> Result<ParcelId, IdError> {
    Err(IdError::Malformed { expected: "parcel" })
}

proptest! {
    #[test]
    fn every_id_comes_back_from_its_text(bits: u128) {
        let id = ParcelId::from_uuid(Uuid::from_u128(bits));
        prop_assert_eq!(id.to_string().parse::<ParcelId>(), Ok(id));
    }

    #[test]
    fn what_is_accepted_is_canonical(text in "parcel_[0-7][0-9a-zA-Z]{25}") {
        if let Ok(id) = text.parse::<ParcelId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn no_text_panics(text in ".*") {
        let _ = text.parse::<ParcelId>();
    }
}

#[test]
fn the_nil_id_is_well_formed() {
    assert_eq!(NIL.parse::<ParcelId>().map(ParcelId::uuid), Ok(Uuid::nil()));
}

#[test]
fn anything_but_the_canonical_form_is_refused() {
    let hostile = [
        "",
        "parcel",
        "parcel_",
        "_00000000000000000000000000",
        "00000000000000000000000000",
        "parcel00000000000000000000000000",
        "parcel_0000000000000000000000000",
        "parcel_000000000000000000000000000",
        "PARCEL_00000000000000000000000000",
        "parcel_0000000000000000000000000A",
        "parcel_0000000000000000000000000o",
        "parcel_0000000000000000000000000i",
        "parcel_0000000000000000000000000l",
        "parcel_0000000000000000000000000u",
        "parcel_80000000000000000000000000",
        "{parcel_00000000000000000000000000}",
        "parcel_{0000000000000000000000000}",
        " parcel_00000000000000000000000000",
        "parcel_00000000000000000000000000 ",
        "parcel_00000000000000000000000000\n",
        "parcel_00000000000000000000000000\0",
        "parcel_\u{0}0000000000000000000000000",
        "parcel_../../../../../etc/passwd00",
        "../parcel_00000000000000000000000000",
        "%2e%2e/parcel_00000000000000000000000000",
        "parcel_000000000000000000000000%00",
        "parcel_０0000000000000000000000000",
        "00000000-0000-0000-0000-000000000000",
        "{00000000-0000-0000-0000-000000000000}",
        "0000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-0000000000000",
        "018F4E9C-7C3D-7A1B-9E2F-0123456789AB",
    ];
    for text in hostile {
        assert_eq!(text.parse::<ParcelId>(), malformed(), "{text:?}");
    }
}

#[test]
fn the_id_of_something_else_is_told_apart_and_the_sentence_names_the_prefix() {
    let other = WorkspaceId::from_uuid(Uuid::nil()).to_string();
    let error = other.parse::<ParcelId>().unwrap_err();
    assert_eq!(error, IdError::WrongPrefix { expected: "parcel" });
    assert!(error.to_string().contains("`parcel_`"));
    assert!(malformed().unwrap_err().to_string().contains("`parcel_`"));
}

#[test]
fn debug_and_display_are_the_text_form() {
    let id = ParcelId::from_uuid(Uuid::nil());
    assert_eq!(format!("{id} {id:?}"), format!("{NIL} {NIL}"));
}

#[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
struct Shelf {
    parcel: ParcelId,
}

#[test]
fn serde_writes_and_reads_the_text() {
    let shelf = Shelf { parcel: ParcelId::from_uuid(Uuid::nil()) };
    let text = toml::to_string(&shelf).unwrap();
    assert_eq!(text, format!("parcel = \"{NIL}\"\n"));
    assert_eq!(toml::from_str::<Shelf>(&text).unwrap(), shelf);
    assert!(toml::from_str::<Shelf>("parcel = 'ws_1'").is_err());
}

#[test]
fn system_ids_are_version_7_and_differ_and_rise() {
    let ids = SystemIds::new();
    let (first, second) = (ids.next(), ids.next());
    assert_eq!(first.get_version_num(), 7);
    assert!(second > first);
}

#[test]
fn system_bytes_are_filled() {
    let (mut a, mut b) = ([0u8; 32], [0u8; 32]);
    let ids = SystemIds::new();
    ids.fill(&mut a);
    ids.fill(&mut b);
    assert_ne!(a, b);
    assert_ne!(a, [0; 32]);
}
