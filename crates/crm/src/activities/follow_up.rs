//! Follow-ups (跟进记录): what was said with whom, and when to speak again.

use guanxi_model::field::{Code, LongText, Serial};
use guanxi_model::filter::Filter;
use guanxi_model::labels;
use guanxi_model::system::User;
use guanxi_model::tx::record_of;
use guanxi_model::{Change, Entity, EntityType, Error, Id, Instant, Op, Query, Record, Result, Rules, Tx};

use crate::customers::contact::Contact;
use crate::customers::customer::Customer;
use crate::customers::dormancy;
use crate::customers::lead::{Lead, LeadStatus};
use crate::settings::{field_profile, numbering};

/// One contact with a customer or a lead.
#[derive(Entity)]
#[entity(area = "activities", title = "summary", owner = "owner", follows = "customer", search)]
pub struct FollowUp {
    /// The beginning of the content, on one line.
    #[field(list, readonly, max = 120)]
    pub summary: Option<String>,
    #[field(search)]
    pub content: LongText,
    #[field(list, index)]
    pub customer: Option<Id<Customer>>,
    /// Whom one spoke to.
    #[field(list)]
    pub contact: Option<Id<Contact>>,
    #[field(index)]
    pub lead: Option<Id<Lead>>,
    #[field(list, dict = "channel", default = "call")]
    pub channel: Code,
    #[field(list, dict = "matter_type")]
    pub matter_type: Option<Code>,
    /// 面访, 电话沟通, 异议处理, 其他 (ACT-26).
    #[field(dict = "follow_up_type")]
    pub follow_up_type: Option<Code>,
    /// 热点分类 (COM-06).
    #[field(dict = "hot_topic")]
    pub hot_topic: Option<Code>,
    /// What the customer said.
    #[field(list)]
    pub feedback: Option<LongText>,
    #[field(list, index)]
    pub contacted_at: Option<Instant>,
    #[field(list)]
    pub next_contact_at: Option<Instant>,
    /// The author.
    #[field(list)]
    pub owner: Option<Id<User>>,
    pub remark: Option<LongText>,
    /// 交流自定义信息 (CUZ-01).
    #[field(dict = "exchange_custom")]
    pub exchange_custom: Vec<Code>,
    /// What of the products was spoken of.
    #[field(dict = "product_info")]
    pub product_info: Vec<Code>,
    /// Given by the numbering rule (CUS-54).
    #[field(readonly, search, index)]
    pub number: Option<Serial>,
}

/// Characters of a summary.
const SUMMARY: usize = 80;
/// Characters of the latest feedback kept on the customer.
const FEEDBACK: usize = 300;
/// A day, for clocks of other time zones.
const AHEAD_DAYS: i64 = 1;
/// Counting stops here; no customer is spoken to more often.
const COUNTED: usize = 100_000;

/// A number; now, by the author, with the customer of the contact.
// Rule: follow_up.entry
fn entry(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Create && change.after(FollowUp::NUMBER).is_none() {
        let number = numbering::next(tx, "follow_up")?;
        change.new.set(FollowUp::NUMBER, Some(Serial(number)));
    }
    if change.after(FollowUp::CONTACTED_AT).is_none() {
        let now = tx.now();
        change.new.set(FollowUp::CONTACTED_AT, Some(now));
    }
    if change.op == Op::Create && change.after(FollowUp::OWNER).is_none() {
        let author = tx.actor().user.map(Id::<User>::new);
        change.new.set(FollowUp::OWNER, author);
    }
    if let (None, Some(contact)) = (change.after(FollowUp::CUSTOMER), change.after(FollowUp::CONTACT)) {
        let customer = tx.load("contact", contact.raw())?.and_then(|contact| contact.find(Contact::CUSTOMER));
        change.new.set(FollowUp::CUSTOMER, customer);
    }
    let content = change.new.get(FollowUp::CONTENT).map(|content| content.0).unwrap_or_default();
    change.new.set(FollowUp::SUMMARY, Some(first_words(&content, SUMMARY)).filter(|text| !text.is_empty()));
    Ok(())
}

/// The beginning of a text, on one line.
fn first_words(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A follow-up is about a customer or a lead, has happened, and looks ahead.
// Rule: follow_up.sensible
fn sensible(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete {
        return Ok(());
    }
    if change.after(FollowUp::CUSTOMER).is_none() && change.after(FollowUp::LEAD).is_none() {
        return Err(Error::invalid("customer", "required"));
    }
    let contacted = change.after(FollowUp::CONTACTED_AT).unwrap_or_default();
    if change.touches(FollowUp::CONTACTED_AT) && contacted > tx.now().plus_days(AHEAD_DAYS) {
        return Err(Error::invalid("contacted_at", "in_future"));
    }
    if change.touches(FollowUp::NEXT_CONTACT_AT) && change.after(FollowUp::NEXT_CONTACT_AT).is_some_and(|next| next < contacted) {
        return Err(Error::invalid("next_contact_at", "before_contact"));
    }
    Ok(())
}

/// What was said stays as its author wrote it; others correct it only with the right to approve
/// (COM-13, COM-15).
// Rule: follow_up.author
fn by_author(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let Some(author) = change.before(FollowUp::OWNER).filter(|_| change.by.is_none()) else { return Ok(()) };
    if tx.actor().user == Some(author.raw()) || tx.actor().is_system() || tx.may("follow_up:approve")? {
        return Ok(());
    }
    Err(Error::forbidden("not_the_author"))
}

/// How often, when last, what was said, when next. All authors count together.
struct Standing {
    count: i64,
    latest: Option<Record>,
}

fn standing(tx: &mut dyn Tx, link: usize, id: i64) -> Result<Standing> {
    let here = Filter::refers_to(link, [id]);
    let count = tx.count(&Query::of("follow_up", here.clone()).limit(COUNTED))?;
    let latest = tx.find(&Query::of("follow_up", here).order(FollowUp::CONTACTED_AT.index, true).limit(1))?;
    Ok(Standing { count, latest: latest.into_iter().next() })
}

/// The customers or leads a change concerns: the one named now and the one named before. Those who
/// write about one of them at the same time are counted one after the other.
fn concerned<T: Entity>(tx: &mut dyn Tx, before: Option<Id<T>>, after: Option<Id<T>>) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = [before, after].into_iter().flatten().map(Id::raw).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        tx.lock(&format!("follow_up:{id}"))?;
    }
    Ok(ids)
}

/// The next contact that a customer or lead has after a change: the one of the latest follow-up.
/// One set by hand stays; one that came from a follow-up goes when that is deleted or moved. A follow-up that says
/// nothing of the next contact leaves one that lies ahead (ACT-24).
fn next_contact(tx: &dyn Tx, change: &Change<'_>, latest: Option<&Record>, now: Option<Instant>) -> Option<Instant> {
    let (was, is) = (change.before(FollowUp::NEXT_CONTACT_AT), change.after(FollowUp::NEXT_CONTACT_AT));
    match latest {
        Some(latest) if latest.id() == change.new.id() => is.or(now.filter(|at| *at > tx.now() && was != now)),
        _ if was.is_some() && was == now => latest.and_then(|latest| latest.find(FollowUp::NEXT_CONTACT_AT)),
        _ => now,
    }
}

/// Last contact, number of contacts, feedback and next contact on the customer (CUS-39).
// Rule: customer.contact_statistics
fn on_customer(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    for id in concerned(tx, change.before(FollowUp::CUSTOMER), change.after(FollowUp::CUSTOMER))? {
        let Some(mut customer) = tx.load("customer", id)? else { continue };
        let Standing { count, latest } = standing(tx, FollowUp::CUSTOMER.index, id)?;
        note_standing(&mut customer, count, latest.as_ref());
        let next = next_contact(tx, change, latest.as_ref(), customer.find(Customer::NEXT_CONTACT_AT));
        customer.set(Customer::NEXT_CONTACT_AT, next);
        if change.op == Op::Create {
            dormancy::wake(tx, &mut customer)?;
        }
        tx.update(customer, "customer.contact_statistics")?;
    }
    Ok(())
}

fn note_standing(customer: &mut Record, count: i64, latest: Option<&Record>) {
    let feedback = latest.and_then(|latest| latest.find(FollowUp::FEEDBACK)).map(|said| first_words(&said.0, FEEDBACK));
    customer.set(Customer::CONTACT_COUNT, count);
    customer.set(Customer::LAST_CONTACT_AT, latest.and_then(|latest| latest.find(FollowUp::CONTACTED_AT)));
    if feedback.is_some() || count == 0 {
        customer.set(Customer::LATEST_FEEDBACK, feedback);
    }
}

/// A customer merged from several has the follow-ups of all of them.
// Rule: customer.merged_statistics
pub fn count_merged(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.by == Some("merge") {
        let Standing { count, latest } = standing(tx, FollowUp::CUSTOMER.index, change.new.id())?;
        note_standing(change.new, count, latest.as_ref());
    }
    Ok(())
}

/// The same on the lead, which is being followed from now on.
// Rule: lead.contact_statistics
fn on_lead(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    for id in concerned(tx, change.before(FollowUp::LEAD), change.after(FollowUp::LEAD))? {
        let Some(mut lead) = tx.load("lead", id)? else { continue };
        let Standing { count, latest } = standing(tx, FollowUp::LEAD.index, id)?;
        let latest = latest.as_ref();
        lead.set(Lead::CONTACT_COUNT, count);
        lead.set(Lead::LAST_CONTACT_AT, latest.and_then(|latest| latest.find(FollowUp::CONTACTED_AT)));
        let next = next_contact(tx, change, latest, lead.find(Lead::NEXT_CONTACT_AT));
        lead.set(Lead::NEXT_CONTACT_AT, next);
        if count > 0 && matches!(lead.get(Lead::STATUS), Some(LeadStatus::New | LeadStatus::Assigned)) {
            lead.set(Lead::STATUS, LeadStatus::Following);
        }
        tx.update(lead, "lead.contact_statistics")?;
    }
    Ok(())
}

/// A sheet's last contact and latest feedback are one follow-up, from which both are kept up like any other (IMP-08).
// Rule: customer.brought_contact
pub fn bring(tx: &mut dyn Tx, customer: &Record, brought: &Record) -> Result<()> {
    let (at, said) = (brought.find(Customer::LAST_CONTACT_AT), brought.find(Customer::LATEST_FEEDBACK));
    let now = tx.now();
    if at.is_some_and(|at| at > now.plus_days(AHEAD_DAYS)) {
        return Err(Error::invalid("last_contact_at", "in_future"));
    }
    let author = tx.actor().user.map(Id::<User>::new);
    let content = said.clone().unwrap_or_else(|| labels::text(tx.actor().lang, "word.contact_before_import"));
    let follow_up = FollowUp {
        summary: None,
        content: LongText(content),
        customer: Some(customer.typed_id()),
        contact: None,
        lead: None,
        channel: Code("call".to_owned()),
        matter_type: None,
        follow_up_type: None,
        hot_topic: None,
        feedback: said.map(LongText),
        contacted_at: Some(at.unwrap_or(now)),
        next_contact_at: customer.find(Customer::NEXT_CONTACT_AT),
        owner: customer.find(Customer::OWNER).or(author),
        remark: None,
        exchange_custom: Vec::new(),
        product_info: Vec::new(),
        number: None,
    };
    let follow_up = record_of(tx.catalog(), follow_up)?;
    tx.insert(follow_up, "customer.brought_contact")?;
    Ok(())
}

pub fn entity_type() -> EntityType {
    let rules = Rules::new().fill(entry).check(sensible).check(by_author).react(on_customer).react(on_lead);
    field_profile::enforced(EntityType::plain::<FollowUp>().rules(rules))
        .view("mine", r#"{"owner":{"me":true}}"#, "-contacted_at", &[])
        .view("today", r#"{"contacted_at":{"within":"today"}}"#, "-contacted_at", &[])
        .view("this_week", r#"{"contacted_at":{"within":"this_week"}}"#, "-contacted_at", &[])
        .view("due", r#"{"owner":{"me":true},"next_contact_at":{"within":"today"}}"#, "next_contact_at", &[])
        .view("all", "{}", "-contacted_at", &[])
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn a_summary_is_one_short_line() {
        assert_eq!(first_words("第一行\n第二行", 80), "第一行 第二行");
        assert_eq!(first_words("一二三四五", 4), "一二三…");
    }
}
