//! Contacts (联系人) and the customer's organisation chart.

use guanxi_model::field::{Address, Code, Email, LongText, Phone};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::rule::{DuplicateProbe, DuplicateRule};
use guanxi_model::system::User;
use guanxi_model::time::Date;
use guanxi_model::tx::{Reader, record_of};
use guanxi_model::{Actor, Change, Choice, Entity, EntityType, Error, Id, Op, Query, Record, Result, Rules, Tx, Value, text};

use super::customer::{Customer, Gender};
use super::depth;
use crate::settings::{BusinessSettings, Stage, field_profile};
use crate::team::directory;

/// What a contact is in the customer's organisation (CON-10).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartRole {
    BusinessPerson,
    Operator,
    PersonInCharge,
    DecisionMaker,
}

/// A person at a customer.
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", follows = "customer", search)]
pub struct Contact {
    #[field(max = 60, list, search)]
    pub name: String,
    /// The main customer.
    #[field(list, index)]
    pub customer: Option<Id<Customer>>,
    #[field(max = 60, list)]
    pub position: Option<String>,
    #[field(max = 60)]
    pub department_name: Option<String>,
    #[field(list)]
    pub chart_role: Option<ChartRole>,
    pub gender: Option<Gender>,
    /// 常用手机.
    #[field(list, search, sensitive)]
    pub mobile: Option<Phone>,
    #[field(search)]
    pub phone: Option<Phone>,
    #[field(list)]
    pub email: Option<Email>,
    #[field(max = 60, sensitive)]
    pub wechat: Option<String>,
    #[field(max = 20)]
    pub qq: Option<String>,
    pub address: Option<Address>,
    #[field(group = "care", birth)]
    pub birthday: Option<Date>,
    #[field(group = "care")]
    pub anniversary: Option<Date>,
    /// The first person to call; one for each customer.
    #[field(list)]
    pub is_primary: bool,
    #[field(dict = "contact_group")]
    pub groups: Vec<Code>,
    #[field(dict = "contact_tag")]
    pub tags: Vec<Code>,
    #[field(group = "structure")]
    pub reports_to: Option<Id<Contact>>,
    #[field(group = "structure")]
    pub owner: Option<Id<User>>,
    pub remark: Option<LongText>,
    #[field(group = "system", readonly, index, max = 40)]
    pub mobile_key: Option<String>,
    /// For whom they work as well; more are linked beside it (CON-03).
    #[field(group = "structure", index)]
    pub second_customer: Option<Id<Customer>>,
}

/// A further customer of a contact (CON-03).
#[derive(Entity)]
#[entity(area = "customers", title = "contact", follows = "customer")]
pub struct ContactCustomer {
    #[field(list, index)]
    pub contact: Id<Contact>,
    #[field(list, index)]
    pub customer: Id<Customer>,
    #[field(list, max = 60)]
    pub position: Option<String>,
}

/// An entry of someone's own address book (通讯录, CON-09).
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", personal, plural = "address-book")]
pub struct AddressBookEntry {
    #[field(list, max = 60)]
    pub name: String,
    #[field(list, max = 60)]
    pub position: Option<String>,
    #[field(list)]
    pub mobile: Option<Phone>,
    #[field(list, max = 120)]
    pub company: Option<String>,
    /// The contact it was copied from.
    #[field(readonly, index)]
    pub contact: Option<Id<Contact>>,
    #[field(index)]
    pub owner: Option<Id<User>>,
}

/// The comparable mobile.
// Rule: contact.entry
fn entry(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let key = change.after(Contact::MOBILE).and_then(|mobile| text::phone_key(&mobile.0));
    change.new.set(Contact::MOBILE_KEY, key);
    Ok(())
}

/// Nobody reports to themselves, however far up; superiors work for the same customer.
// Rule: contact.reports_to
fn reports_to(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete || !change.touches(Contact::REPORTS_TO) {
        return Ok(());
    }
    let above = change.after(Contact::REPORTS_TO).map(Id::raw);
    if directory::is_above(tx, "contact", Contact::REPORTS_TO.index, change.new.id(), above)? {
        return Err(Error::invalid("reports_to", "circle"));
    }
    Ok(())
}

/// One primary contact for each customer: the latest one said to be it.
// Rule: contact.one_primary
fn one_primary(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let Some(customer) = change.after(Contact::CUSTOMER) else { return Ok(()) };
    let primary = change.new.get(Contact::IS_PRIMARY) == Some(true);
    if change.op == Op::Delete || !primary || !(change.touches(Contact::IS_PRIMARY) || change.touches(Contact::CUSTOMER)) {
        return Ok(());
    }
    let others = Filter::refers_to(Contact::CUSTOMER.index, [customer.raw()])
        .and(Filter::is(Contact::IS_PRIMARY.index, Test::Eq(Value::Bool(true))));
    for mut other in tx.find(&Query::of("contact", others))? {
        if other.id() != change.new.id() {
            other.set(Contact::IS_PRIMARY, false);
            tx.update(other, "contact.one_primary")?;
        }
    }
    Ok(())
}

/// Contacts of a potential customer go to the author's own address book (CON-09).
// Rule: contact.address_book
fn address_book(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(author), Some(customer)) = (tx.actor().user, change.after(Contact::CUSTOMER)) else { return Ok(()) };
    let entered = change.by.is_none() || change.by == Some("lead.convert");
    if change.op != Op::Create || !entered {
        return Ok(());
    }
    let settings = BusinessSettings::of(tx)?;
    let Some(customer) = tx.load("customer", customer.raw())?.filter(|_| settings.address_book_copy) else { return Ok(()) };
    if settings.stage_of(customer.find(Customer::LIFECYCLE).as_ref()) != Stage::Potential {
        return Ok(());
    }
    let copy = AddressBookEntry {
        name: change.new.title().to_owned(),
        position: change.after(Contact::POSITION),
        mobile: change.after(Contact::MOBILE),
        company: Some(customer.title().to_owned()),
        contact: Some(change.new.typed_id()),
        owner: Some(Id::new(author)),
    };
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, copy)?, "contact.address_book")?;
    Ok(())
}

/// One's own address book.
// Rule: address_book_entry.own
fn own_entry(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.after(AddressBookEntry::OWNER).is_none() {
        let author = tx.actor().user.map(Id::<User>::new);
        change.new.set(AddressBookEntry::OWNER, author);
    }
    Ok(())
}

/// The same mobile is the same person.
// Rule: contact.duplicates
fn probes(record: &Record) -> Vec<DuplicateProbe> {
    let key = record.find(Contact::MOBILE).and_then(|mobile| text::phone_key(&mobile.0));
    let probe = |key| DuplicateProbe { reason: "same_phone", filter: Filter::is(Contact::MOBILE_KEY.index, Test::Eq(Value::Text(key))) };
    key.map(probe).into_iter().collect()
}

/// A further customer is not the main one, and is named once.
// Rule: contact_customer.once
fn once(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(contact), Some(customer)) = (change.new.get(ContactCustomer::CONTACT), change.new.get(ContactCustomer::CUSTOMER)) else {
        return Ok(());
    };
    if change.op == Op::Delete {
        return Ok(());
    }
    let main = tx.load("contact", contact.raw())?.and_then(|contact| contact.find(Contact::CUSTOMER));
    let linked = links(tx, contact, customer)?;
    if main == Some(customer) || linked.iter().any(|link| link.id() != change.new.id()) {
        return Err(Error::invalid("customer", "already_linked"));
    }
    Ok(())
}

/// The second customer is another one than the main one.
// Rule: contact.second_customer_differs
fn second_differs(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let second = change.after(Contact::SECOND_CUSTOMER);
    let touched = change.touches(Contact::SECOND_CUSTOMER) || change.touches(Contact::CUSTOMER);
    if change.op != Op::Delete && touched && second.is_some() && second == change.after(Contact::CUSTOMER) {
        return Err(Error::invalid("second_customer", "already_linked"));
    }
    Ok(())
}

/// The second customer chosen while a contact is entered is one of its further customers (CON-03).
// Rule: contact.second_customer
fn second_is_linked(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete || !change.touches(Contact::SECOND_CUSTOMER) || change.by == Some("contact_customer.second") {
        return Ok(());
    }
    let contact = change.new.typed_id();
    if let Some(before) = change.before(Contact::SECOND_CUSTOMER) {
        for link in links(tx, contact, before)? {
            tx.remove("contact_customer", link.id(), "contact.second_customer")?;
        }
    }
    let Some(customer) = change.after(Contact::SECOND_CUSTOMER) else { return Ok(()) };
    if links(tx, contact, customer)?.is_empty() {
        let catalog = tx.catalog().clone();
        let link = ContactCustomer { contact, customer, position: None };
        tx.insert(record_of(&catalog, link)?, "contact.second_customer")?;
    }
    Ok(())
}

fn links(tx: &mut dyn Tx, contact: Id<Contact>, customer: Id<Customer>) -> Result<Vec<Record>> {
    let here = Filter::refers_to(ContactCustomer::CONTACT.index, [contact.raw()]);
    let links = here.and(Filter::refers_to(ContactCustomer::CUSTOMER.index, [customer.raw()]));
    tx.find(&Query::of("contact_customer", links).limit(10))
}

/// The first further customer linked by hand is the second one; one taken off is it no longer.
// Rule: contact_customer.second
fn second_follows(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.by == Some("contact.second_customer") {
        return Ok(());
    }
    let (Some(contact), Some(customer)) = (change.new.get(ContactCustomer::CONTACT), change.new.get(ContactCustomer::CUSTOMER)) else {
        return Ok(());
    };
    let gone = if change.op == Op::Delete { Some(customer) } else { change.old.and_then(|old| old.get(ContactCustomer::CUSTOMER)) };
    let Some(mut contact) = tx.load("contact", contact.raw())? else { return Ok(()) };
    let second = contact.find(Contact::SECOND_CUSTOMER);
    if second.is_some() && second != gone {
        return Ok(());
    }
    contact.set(Contact::SECOND_CUSTOMER, Some(customer).filter(|_| change.op != Op::Delete));
    tx.update(contact, "contact_customer.second").map(|_| ())
}

/// Who holds a further customer of a contact reaches the contact (CON-03).
// Rule: contact.reach
fn reach(_: &mut dyn Reader, actor: &Actor) -> Result<Filter> {
    let Some(user) = actor.user else { return Ok(Filter::All) };
    let held = Filter::refers_to(Customer::OWNER.index, [user]);
    let customer = Filter::Via { field: ContactCustomer::CUSTOMER.index, entity: "customer".to_owned(), filter: Box::new(held) };
    Ok(Filter::Has { entity: "contact_customer".to_owned(), link: ContactCustomer::CONTACT.index, filter: Box::new(customer) })
}

pub fn entity_types() -> [EntityType; 3] {
    let rules = Rules::new()
        .fill(entry)
        .check(super::formats::contact)
        .check(reports_to)
        .check(second_differs)
        .react(one_primary)
        .react(second_is_linked)
        .react(address_book)
        .react(depth::contact_counts);
    [
        field_profile::enforced(EntityType::plain::<Contact>().rules(rules))
            .reach(reach)
            .duplicates(DuplicateRule { probes, similar: None, disclosed: &["name", "customer"], elsewhere: &[] })
            .view("mine", r#"{"owner":{"me":true}}"#, "-created_at", &[])
            .view("all", "{}", "-created_at", &[])
            .view("primary", r#"{"is_primary":true}"#, "-created_at", &[])
            .view("decision_makers", r#"{"chart_role":"decision_maker"}"#, "-created_at", &[])
            .view("recent", r#"{"created_at":{"within":"last_7_days"}}"#, "-created_at", &[]),
        EntityType::plain::<ContactCustomer>().rules(Rules::new().check(once).react(second_follows).react(depth::link_counts)),
        EntityType::plain::<AddressBookEntry>().rules(Rules::new().fill(own_entry).check(super::formats::address_book)).view(
            "all",
            "{}",
            "name",
            &[],
        ),
    ]
}
