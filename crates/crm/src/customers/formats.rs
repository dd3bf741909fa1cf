//! The form of what is entered: mobile numbers and numbers of identity papers (IMP-07).

use guanxi_model::field::Phone;
use guanxi_model::{Change, Error, Field, Op, Result, Tx, text};

use super::contact::{AddressBookEntry, Contact};
use super::customer::Customer;
use super::lead::Lead;

/// Fewest digits of a number with its country code.
const INTERNATIONAL_DIGITS: usize = 7;

fn can_be_called(number: &str) -> bool {
    let plain = number.trim_start();
    let abroad = plain.starts_with(['+', '＋']) || plain.starts_with("00");
    text::is_mainland_mobile(number) || (abroad && number.chars().filter(char::is_ascii_digit).count() >= INTERNATIONAL_DIGITS)
}

/// What was entered before, or comes from elsewhere in the product, stays.
fn mobile<E>(change: &Change<'_>, field: Field<E, Option<Phone>>) -> Result<()> {
    let entered = change.by.is_none() && matches!(change.op, Op::Create | Op::Update) && change.touches(field);
    match change.after(field).filter(|_| entered) {
        Some(number) if !can_be_called(&number.0) => Err(Error::invalid("mobile", "not_a_mobile")),
        _ => Ok(()),
    }
}

// Rule: customer.formats
pub fn customer(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    mobile(change, Customer::MOBILE)?;
    let entered = change.by.is_none() && change.touches(Customer::ID_NUMBER);
    match change.after(Customer::ID_NUMBER).filter(|_| entered) {
        Some(number) if !text::is_identity_number(&number) => Err(Error::invalid("id_number", "not_an_identity_number")),
        _ => Ok(()),
    }
}

// Rule: contact.formats
pub fn contact(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    mobile(change, Contact::MOBILE)
}

// Rule: address_book_entry.formats
pub fn address_book(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    mobile(change, AddressBookEntry::MOBILE)
}

// Rule: lead.formats
pub fn lead(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    mobile(change, Lead::MOBILE)
}
